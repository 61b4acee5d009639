import type { CadenceDocument } from '../cadence/cadence.schema.js';
import { describeStep } from '../cadence/describe-step.js';
import { describeOption } from '../cadence/steps/wait-for-step.schema.js';
import { describeCondition } from '../condition/describe-condition.js';
import { localInstant } from '../time/zone.js';
import type { TrackEntry, TrackKind } from './track-entry.js';

/** One thing of a lead's timeline, with the sentence people read. */
export interface StoryRow {
  /** Epoch milliseconds on the lead's clock. */
  readonly at: number;
  readonly kind: string;
  /** Finer than the kind: the engagement's kind, the touch's state, the record's. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly sentence: string;
}

export interface TrackSources {
  /** In order. */
  readonly rows: readonly StoryRow[];
  readonly zone: string;
  /** The cadence version of each enrollment, by its number. */
  readonly cadences: ReadonlyMap<number, CadenceDocument>;
  readonly scoreAt: (at: number) => number;
  /** Entries of the script that did not apply. */
  readonly refused: readonly { readonly at: number; readonly why: string }[];
}

/** What is left out: most steps are told by what happens in them, words by the decisions they came with. */
const SHOWN: ReadonlySet<string> = new Set<TrackKind>([
  ...(['touch', 'branch', 'wait', 'exit', 'state', 'offer', 'rung', 'decision', 'score', 'custody'] as const),
  ...(['engagement', 'enrollment', 'held', 'todo', 'webhook', 'ignored'] as const),
]);
const SCORED: ReadonlySet<string> = new Set<TrackKind>(['engagement', 'enrollment', 'offer', 'score']);

/** The track of a rehearsal: everything that happened, in order, with the reason of every branch. */
export function buildTrack(sources: TrackSources): TrackEntry[] {
  const { rows, zone, scoreAt } = sources;
  const entries = touchesFirst(rows).flatMap((row) =>
    row.kind === 'step' ? waitsOf(row, sources) : SHOWN.has(row.kind) ? entriesOf(row, sources) : [],
  );
  const refused = sources.refused.map(({ at, why }) => ({ at, entry: { kind: 'script' as const, detail: why } }));
  const all = [...entries, ...refused].map((one, index) => ({ ...one, index }));
  all.sort((a, b) => a.at - b.at || a.index - b.index);
  return all.map(({ at, entry }) => ({
    at: new Date(at).toISOString(),
    localAt: localInstant(at, zone),
    zone,
    ...entry,
    ...(SCORED.has(entry.kind) ? { score: Math.round(scoreAt(at) * 10) / 10 } : {}),
  }));
}

/** What follows from a touch happens at the instant of its claim: the touch comes before it, after its own step. */
function touchesFirst(rows: readonly StoryRow[]): readonly StoryRow[] {
  const ordered = [...rows];
  for (const touch of rows.filter(({ kind }) => kind === 'touch')) {
    const from = ordered.indexOf(touch);
    const isOwn = ({ kind, data }: StoryRow): boolean =>
      kind === 'step' && data['step'] === touch.data['step'] && data['visit'] === touch.data['visit'];
    let to = from;
    for (
      let row = ordered[to - 1];
      row && row.at === touch.at && !isOwn(row) && row.kind !== 'engagement';
      row = ordered[to - 1]
    )
      to -= 1;
    ordered.splice(to, 0, ...ordered.splice(from, 1));
  }
  return ordered;
}

type Placed = { readonly at: number; readonly entry: Pick<TrackEntry, 'kind' | 'detail'> & Partial<TrackEntry> };

function entriesOf(row: StoryRow, sources: TrackSources): Placed[] {
  const { at, data, sentence } = row;
  const kind = row.kind as TrackKind;
  const step = typeof data['step'] === 'string' ? { step: data['step'] } : {};
  if (kind === 'wait' || kind === 'branch') {
    const { winner, target } = reasonOf(row, sources);
    const to = target === undefined ? '' : ` → ${target}`;
    return [{ at, entry: { kind, ...step, winner, detail: `${winner}${to}` } }];
  }
  if (kind === 'touch') {
    const [template, subject] = [data['template'], data['subject']].map((one) =>
      typeof one === 'string' ? one : undefined,
    );
    const mail = { ...(template === undefined ? {} : { template }), ...(subject === undefined ? {} : { subject }) };
    return [{ at, entry: { kind, ...step, ...mail, detail: sentence } }];
  }
  const placed: Placed = { at, entry: { kind, ...step, detail: sentence } };
  const points = kind === 'engagement' ? Number(data['points'] ?? 0) : 0;
  if (points === 0) return [placed];
  const rules = Array.isArray(data['rules']) ? data['rules'].join(', ') : '';
  const earned = `${points > 0 ? '+' : ''}${points}${rules === '' ? '' : ` by ${rules}`}`;
  return [placed, { at, entry: { kind: 'score', detail: earned } }];
}

/** A wait is told when it begins: nothing else says that it does. */
function waitsOf({ at, data }: StoryRow, sources: TrackSources): Placed[] {
  const step = stepOf(data, sources);
  if (!step || !('wait' in step || 'wait_for' in step)) return [];
  return [{ at, entry: { kind: 'wait', step: step.id, detail: describeStep(step) } }];
}

const stepOf = (data: StoryRow['data'], { cadences }: TrackSources): CadenceDocument['steps'][number] | undefined =>
  cadences.get(Number(data['no']))?.steps.find(({ id }) => id === data['step']);

/** Why the step was left, in words, and where to. */
function reasonOf({ kind, data }: StoryRow, sources: TrackSources): { winner: string; target?: string } {
  const step = stepOf(data, sources);
  const index = kind === 'wait' ? data['winner'] : data['case'];
  if (step && 'wait_for' in step) {
    const { any, timeout } = step.wait_for;
    const option = typeof index === 'number' ? any[index] : undefined;
    return option
      ? { winner: describeOption(option), target: option.then }
      : { winner: 'timeout', target: timeout.then };
  }
  if (step && 'branch' in step) {
    const { cases, otherwise } = step.branch;
    const taken = typeof index === 'number' ? cases[index] : undefined;
    return taken
      ? { winner: describeCondition(taken.when), target: taken.then }
      : { winner: 'otherwise', target: otherwise };
  }
  if (step && 'split' in step) {
    const arm = step.split.arms.at(typeof index === 'number' ? index : -1);
    return { winner: 'the split', ...(arm && { target: arm.then }) };
  }
  return { winner: kind === 'wait' ? 'the time was over' : 'otherwise' };
}
