/** The meeting as an iCalendar file (RFC 5545): one event at an instant, in the words of the mail. */
export function meetingCalendar(meeting: {
  readonly uid: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly stampedAt: number;
  readonly summary: string;
}): string {
  const { uid, at, stampedAt, summary } = meeting;
  return [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Baton//Prep//EN', 'BEGIN:VEVENT'],
    ...[`UID:${uid}`, `DTSTAMP:${utc(stampedAt)}`, `DTSTART:${utc(at)}`, fold(`SUMMARY:${escapeText(summary)}`)],
    ...['END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\r\n');
}

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** RFC 5545, 3.3.11: what would end the value or the line. */
const escapeText = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');

/** RFC 5545, 3.1: lines of at most 75 octets; counted in code points of up to four. */
const fold = (line: string): string => line.match(/.{1,18}/gsu)?.join('\r\n ') ?? line;
