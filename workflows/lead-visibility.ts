import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { custodyOf } from '../domain/lead/custody.js';
import type { LeadProcess } from '../domain/lead/lead-process.js';
import { CUSTODY_OF_STATE, STATE_LABELS } from '../domain/lead/lead-state.js';

type SearchAttributeUpdatePair = Extract<Parameters<typeof upsertSearchAttributes>[0], unknown[]>[number];

/** Shows the lead to operators: search attributes when state, custody, handoff or cadence change, live details at every wake-up. */
export class LeadVisibility {
  private readonly shown = new Map<string, string>();

  /** `complete`: the first upsert names every attribute, since an earlier run has set some. */
  constructor(private complete: boolean) {}

  show(process: LeadProcess, accountableId: string | undefined, wakeAt: number | undefined): void {
    const { custody } = custodyOf(process);
    const handoffState = process.handoff ? process.state : null;
    this.upsert(
      [process.state, custody, process.handoffs, process.handoff?.assigneeId, process.enrollment?.cadence].join(' '),
      [
        { key: { name: 'LeadState', type: 'KEYWORD' }, value: process.state },
        { key: { name: 'LeadCustody', type: 'KEYWORD' }, value: custody },
        { key: { name: 'AccountablePerson', type: 'KEYWORD' }, value: accountableId ?? null },
        { key: { name: 'Cadence', type: 'KEYWORD' }, value: process.enrollment?.cadence ?? null },
        { key: { name: 'HandoffState', type: 'KEYWORD' }, value: handoffState },
        { key: { name: 'HandoffNo', type: 'INT' }, value: process.handoffs },
        {
          key: { name: 'SlaDueAt', type: 'DATETIME' },
          value: process.ladder ? new Date(process.ladder.breachAt) : null,
        },
      ],
    );
    setCurrentDetails(detailsOf(process, custody, wakeAt));
  }

  /** One upsert when state, custody, handoff or cadence has changed, of what differs from what is shown; null is shown by absence. */
  private upsert(moved: string, attributes: SearchAttributeUpdatePair[]): void {
    if (this.shown.get('moved') === moved) return;
    this.shown.set('moved', moved);
    const changed = attributes.filter(({ key, value }) => {
      const text = value === null || value === 0 ? '' : JSON.stringify(value);
      if (!this.complete && (this.shown.get(key.name) ?? '') === text) return false;
      this.shown.set(key.name, text);
      return true;
    });
    this.complete = false;
    if (changed.length > 0) upsertSearchAttributes(changed);
  }
}

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function detailsOf(process: LeadProcess, custody: string, wakeAt: number | undefined): string {
  const { state, enrollment, handoff, ladder, returning } = process;
  const label = STATE_LABELS[state];
  const lines = [
    `**${state}**${label ? ` (${label})` : ''} since ${utc(process.since)}, custody **${custody ?? CUSTODY_OF_STATE[state]}**`,
  ];
  if (enrollment) {
    const paused = enrollment.suspendedAt === undefined ? '' : `, suspended since ${utc(enrollment.suspendedAt)}`;
    lines.push(`Cadence \`${enrollment.cadence}\` v${enrollment.version}, step \`${enrollment.step}\`${paused}`);
    if (enrollment.held !== undefined) lines.push(`Touch held: ${enrollment.held}`);
  }
  if (handoff) {
    const waiting = handoff.waiting ? `, waits: ${handoff.waiting.why}` : '';
    lines.push(`Handoff ${handoff.no}${handoff.assigneeId ? ` to \`${handoff.assigneeId}\`` : ''}${waiting}`);
  }
  const rung = ladder?.rungs[ladder.next];
  if (ladder && rung) lines.push(`Ladder ${ladder.purpose}: next \`${rung.do}\` at ${utc(rung.at)}`);
  if (returning) lines.push(`Return from handoff ${returning.handoffNo}: ${returning.reason ?? returning.cause}`);
  lines.push(wakeAt === undefined ? 'Waits for a fact or a person' : `Next at ${utc(wakeAt)}`);
  return lines.join('  \n');
}

/** What the timer of a waiting lead is for, as the Temporal UI shows it. */
export function timerSummary(process: LeadProcess): string {
  const rung = process.ladder?.rungs[process.ladder.next];
  if (rung) return `${process.ladder?.purpose}: ${rung.do}`;
  return process.enrollment ? `step ${process.enrollment.step}` : process.state;
}
