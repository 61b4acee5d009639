import type { z } from 'zod';
import type { custodyAnswerSchema, timelinePageSchema } from './lead-answers.schema.js';
import { layCustody } from './custody-intervals.js';
import type { CustodyRow, TimelineRow } from './lead-timeline.read-model.js';
import { presentPersonName } from './leads.presenter.js';
import { timelineSentence } from './timeline-sentence.js';

export type TimelineItem = z.output<typeof timelinePageSchema>['items'][number];
type Data = TimelineItem['data'];
type NameOf = (id: string) => string | undefined;

/** What is shown of each kind; everything else stays inside. */
const FIELDS: Readonly<Record<TimelineRow['kind'], readonly string[]>> = {
  engagement: [
    'seq',
    'source',
    'class',
    'handRaise',
    'purpose',
    'properties',
    'occurredAt',
    'receivedAt',
    'points',
    'rules',
  ],
  touch: [
    ...['cadence', 'enrollmentNo', 'step', 'visit', 'template', 'templateVersion', 'subject', 'reason'],
    ...['dueAt', 'claimedAt', 'finishedAt'],
  ],
  prep: ['handoffNo', 'ordinal', 'subject', 'reason', 'dueAt', 'ask', 'owner', 'confirmed', 'text'],
  state: ['from', 'to', 'cause'],
  offer: ['handoffNo', 'by', 'ruleId', 'definitionVersionId', 'why', 'assigneeId'],
  decision: [
    ...['handoffNo', 'kind', 'via', 'reason', 'quality', 'firstContactBy', 'earliestReturnAt', 'toPersonId', 'to'],
    'meetingAt',
    ...['disposition', 'occurredAt', 'outcome', 'amount', 'currency', 'externalId', 'noteId'],
  ],
  rung: ['handoffNo', 'purpose', 'do'],
  enrollment: ['no', 'cadence', 'version', 'step', 'fromVersion', 'to', 'jobId'],
  step: ['no', 'step', 'visit', 'kind'],
  webhook: ['no', 'step', 'visit', 'delivered'],
  wait: ['no', 'step', 'visit', 'winner', 'seq'],
  branch: ['no', 'step', 'visit', 'case'],
  todo: ['no', 'step', 'visit', 'disposition', 'noteId'],
  held: ['no', 'step', 'reason'],
  exit: ['no', 'reason'],
  score: ['factor'],
  custody: ['custody', 'marketingPersonId', 'salesPersonId', 'accountablePersonId', 'cause', 'ruleId', 'handoffNo'],
  profile: [],
  note: ['text'],
  insight: ['text'],
  ignored: ['signal', 'why'],
};

const INSTANTS: ReadonlySet<string> = new Set([
  ...['occurredAt', 'receivedAt', 'dueAt', 'claimedAt', 'finishedAt', 'firstContactBy', 'earliestReturnAt'],
]);

/** Ids of persons in the data of a page, for their names. */
export function personIdsOf(rows: readonly TimelineRow[]): string[] {
  const named = ['assigneeId', 'toPersonId', 'accountablePersonId'];
  return rows.flatMap(({ data }) => named.map((field) => data[field]).filter((id) => typeof id === 'string'));
}

export function presentTimelineItem(row: TimelineRow, nameOf: NameOf): TimelineItem {
  return {
    id: `${row.kind}/${row.id}`,
    at: row.at.toISOString(),
    kind: row.kind,
    sentence: timelineSentence(row, nameOf),
    by: row.by && presentPersonName(row.by),
    data: dataOf(row),
  };
}

function dataOf({ kind, type, data }: TimelineRow): Data {
  // Each change of a profile names its field itself.
  const fields = kind === 'profile' ? Object.keys(data) : FIELDS[kind];
  const shown = fields.filter((field) => data[field] !== undefined && data[field] !== null);
  return { type, ...Object.fromEntries(shown.map((field) => [field, valueOf(field, data[field])])) };
}

/** The process counts in epoch milliseconds, the database writes its own form: people get ISO. */
function valueOf(field: string, value: unknown): unknown {
  const isInstant = INSTANTS.has(field) && (typeof value === 'number' || typeof value === 'string');
  return isInstant ? new Date(value).toISOString() : value;
}

export function presentCustody(rows: readonly CustodyRow[]): z.output<typeof custodyAnswerSchema> {
  return {
    items: layCustody(rows).map((row) => ({
      custody: row.custody,
      marketing: row.marketing && presentPersonName(row.marketing),
      sales: row.sales && presentPersonName(row.sales),
      accountable: presentPersonName(row.accountable),
      since: row.sinceAt.toISOString(),
      until: row.untilAt?.toISOString() ?? null,
      cause: row.cause,
      ruleId: row.ruleId,
      handoffNo: row.handoffNo,
    })),
  };
}
