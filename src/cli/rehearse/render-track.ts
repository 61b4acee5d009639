import { compareTracks } from '../../../domain/rehearsal/compare-tracks.js';
import type { TrackEntry } from '../../../domain/rehearsal/track-entry.js';
import { formatInstant } from '../../../domain/time/zone.js';

/** The track of one lead under the name it is shown by. */
export interface NamedTrack {
  readonly name: string;
  readonly track: readonly TrackEntry[];
}

/** Several leads side by side: every instant in UTC and in the lead's zone, in one order. */
export function renderTracks(tracks: readonly NamedTrack[]): string[] {
  const rows = tracks
    .flatMap(({ name, track }) => track.map((entry) => ({ name, entry })))
    .sort((a, b) => Date.parse(a.entry.at) - Date.parse(b.entry.at));
  const shown = rows.map(({ name, entry }) => [...(tracks.length > 1 ? [name] : []), ...cellsOf(entry)]);
  return layTable([[...(tracks.length > 1 ? ['lead'] : []), 'UTC', "lead's time", 'what', 'step', ''], ...shown]);
}

/** What the second version changes; the same lead under both. */
export function renderComparison(left: readonly TrackEntry[], right: readonly TrackEntry[]): string[] {
  const changed = compareTracks(left, right).filter(({ what }) => what !== 'same');
  if (changed.length === 0) return ['nothing differs'];
  const rows = changed.map(({ what, left: one, right: other, byMinutes }) => {
    const entry = one ?? other;
    const how = what === 'moved' ? describeShift(byMinutes) : what === 'left_only' ? 'falls away' : 'new';
    return [how, ...(entry ? cellsOf(entry) : [])];
  });
  return layTable([['change', 'UTC', "lead's time", 'what', 'step', ''], ...rows]);
}

function cellsOf({ at, zone, kind, step, subject, score, detail }: TrackEntry): string[] {
  const mail = subject === undefined ? '' : ` “${subject}”`;
  const points = score === undefined ? '' : `, score ${score}`;
  return [
    at.slice(0, 16).replace('T', ' '),
    formatInstant(Date.parse(at), zone),
    kind,
    step ?? '',
    `${detail}${mail}${points}`,
  ];
}

/** `+1 d 2 h 5 min`. */
function describeShift(minutes: number): string {
  const rest = Math.abs(minutes);
  const parts = [
    [Math.floor(rest / 1440), 'd'],
    [Math.floor((rest % 1440) / 60), 'h'],
    [rest % 60, 'min'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return `${minutes < 0 ? '−' : '+'}${words.join(' ')}`;
}

/** Columns as wide as their widest cell; the last one as long as it is. */
function layTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
