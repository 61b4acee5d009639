import { describe, expect, it } from '@jest/globals';
import { meetingCalendar } from './meeting-calendar.js';

const fileOf = (summary: string): string =>
  meetingCalendar({ uid: 'x@kelvara.example', at: Date.parse('2026-04-30T07:00:00Z'), stampedAt: 0, summary });

describe('the meeting as a calendar file', () => {
  it('has one event at the instant, with line ends as calendars read them', () => {
    expect(fileOf('Jonas')).toBe(
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Baton//Prep//EN\r\nBEGIN:VEVENT\r\nUID:x@kelvara.example\r\n' +
        'DTSTAMP:19700101T000000Z\r\nDTSTART:20260430T070000Z\r\nSUMMARY:Jonas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
    );
  });

  it('lets no name end the value or the line', () => {
    const unfolded = fileOf('A; B, C\\D\r\nATTACH:x').replaceAll('\r\n ', '');
    expect(unfolded).toContain('\r\nSUMMARY:A\\; B\\, C\\\\D ATTACH:x\r\n');
  });

  it('keeps lines to 75 octets, whatever is written in them', () => {
    const lines = fileOf('Žluťoučký kůň 🐎'.repeat(12)).split('\r\n');
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  });
});
