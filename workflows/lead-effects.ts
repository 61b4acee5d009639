import type { SendTouchResult } from '../activities/contracts/touch.activities.contract.js';
import { OFFER_FAILED, type OpenHandoffOutcome } from '../domain/lead/advance-handoff.js';
import type { LeadInput } from '../domain/lead/advance-lead.js';
import type { HandoffProcess, LeadEffect } from '../domain/lead/lead-process.js';
import { local, mailActivities } from './activity-proxies.js';
import { failureName } from './failure-name.js';
import { persistently } from './persistently.js';

type TouchEffect = Extract<LeadEffect, { kind: 'send_touch' }>;
type NoticeEffect = Extract<LeadEffect, { kind: 'notify' }>;

/** When a touch is due again that nobody could even try to send. */
const TRY_AGAIN_MS = 5 * 60_000;

/**
 * Carries out what the reducer asks for, beside the loop, which hears of each when it is done. A failure is a result like
 * any other: thrown it would fail the workflow task, again and again, and the lead would stand still.
 */
export class LeadEffects {
  private running = 0;
  private opening = false;
  private readonly io: ReturnType<typeof mailActivities>;

  /** `now` is the lead's clock; `done` is called after every effect, when its result has been handed over. */
  constructor(
    private readonly leadId: string,
    ioQueue: string,
    private readonly now: () => number,
    private readonly done: () => void,
  ) {
    this.io = mailActivities(ioQueue);
  }

  /** True while something is under way whose result is still to come. */
  get busy(): boolean {
    return this.running > 0;
  }

  /** `cursor`, `rev` and `synced` say how far the process is, so that the claim can find the touch stale. */
  sendTouch(
    { enrollmentNo, step, visit, dueAt, skipBefore }: TouchEffect,
    known: { readonly cursor: number; readonly rev: number; readonly synced: number },
    touched: (touch: SendTouchResult) => void,
  ): void {
    const args = { leadId: this.leadId, enrollmentNo, step, visit, ...known, dueAt, skipBefore, now: this.now() };
    const failed = (error: unknown): SendTouchResult => {
      const at = this.now();
      return { result: 'failed', at, until: at + TRY_AGAIN_MS, reason: failureName(error) };
    };
    this.beside(
      this.io.sendTouch
        .executeWithOptions({ summary: `touch ${step}` }, [args])
        .catch(failed)
        .then(touched),
    );
  }

  /** `failed` is called when the notice could not be sent within a day. */
  sendNotice({ notice, handoffNo, ordinal }: NoticeEffect, failed: (input: LeadInput) => void): void {
    const args = { leadId: this.leadId, handoffNo, kind: notice, ordinal, now: this.now() };
    const report = (error: unknown): void =>
      failed({ kind: 'notice_failed', at: this.now(), notice, handoffNo, ordinal, why: failureName(error) });
    const summary = `${notice} of handoff ${handoffNo}`;
    this.beside(this.io.sendNotice.executeWithOptions({ summary }, [args]).then(() => undefined, report));
  }

  /** The loop may go on meanwhile; a failure comes back as an offer that waits. */
  offer(handoff: HandoffProcess, opened: (input: LeadInput) => void): void {
    this.opening = true;
    const failed = (error: unknown): OpenHandoffOutcome => {
      failureName(error);
      return { result: 'waiting', why: OFFER_FAILED, at: this.now(), handoffNo: handoff.no };
    };
    this.beside(
      this.openOnce(handoff)
        .catch(failed)
        .then((outcome) => {
          this.opening = false;
          opened({ kind: 'offer_result', outcome });
        }),
    );
  }

  /** True while an offer is being made. */
  get offering(): boolean {
    return this.opening;
  }

  /** Of leads of version 1: holds the loop until the offer is made. */
  openHandoff(handoff: HandoffProcess): Promise<OpenHandoffOutcome> {
    return persistently(() => this.openOnce(handoff));
  }

  private async openOnce(handoff: HandoffProcess): Promise<OpenHandoffOutcome> {
    const { no, qualifiedBy, ruleId, definitionVersionId, qualifiedAt, wantedAssigneeId: assigneeId } = handoff;
    const { noteId, offerStep } = handoff;
    const { leadId } = this;
    const outcome = await local.openHandoff({
      leadId,
      no,
      qualifiedBy,
      ruleId,
      definitionVersionId,
      qualifiedAt,
      now: this.now(),
      assigneeId,
      noteId,
      offerStep,
    });
    // The SLA runs from the instant in the record, which an earlier try may have written.
    const offeredAt = outcome.result === 'offered' ? outcome.offeredAt : undefined;
    return { ...outcome, at: offeredAt === undefined ? this.now() : Math.max(offeredAt, qualifiedAt), handoffNo: no };
  }

  private beside(work: Promise<unknown>): void {
    this.running += 1;
    void work.finally(() => {
      this.running -= 1;
      this.done();
    });
  }
}
