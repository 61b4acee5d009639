import type { SendTouchResult } from '../activities/contracts/touch.activities.contract.js';
import type { OpenHandoffOutcome } from '../domain/lead/advance-handoff.js';
import type { HandoffProcess, LeadEffect } from '../domain/lead/lead-process.js';
import { local, mailActivities } from './activity-proxies.js';
import { persistently } from './persistently.js';

type TouchEffect = Extract<LeadEffect, { kind: 'send_touch' }>;
type NoticeEffect = Extract<LeadEffect, { kind: 'notify' }>;

/** Carries out what the reducer asks for. Mails run beside the loop, which hears of each when it is done. */
export class LeadEffects {
  private running = 0;
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

  /** `cursor` and `rev` say how far the process is, so that the claim can find the touch stale. */
  sendTouch(
    { enrollmentNo, step, visit, dueAt }: TouchEffect,
    { cursor, rev }: { readonly cursor: number; readonly rev: number },
    touched: (touch: SendTouchResult) => void,
  ): void {
    const args = { leadId: this.leadId, enrollmentNo, step, visit, cursor, rev, dueAt, now: this.now() };
    this.beside(this.io.sendTouch.executeWithOptions({ summary: `touch ${step}` }, [args]).then(touched));
  }

  sendNotice({ notice: kind, handoffNo, ordinal }: NoticeEffect): void {
    const args = { leadId: this.leadId, handoffNo, kind, ordinal, now: this.now() };
    this.beside(this.io.sendNotice.executeWithOptions({ summary: `${kind} of handoff ${handoffNo}` }, [args]));
  }

  async openHandoff(handoff: HandoffProcess): Promise<OpenHandoffOutcome> {
    const { no, qualifiedBy, ruleId, definitionVersionId, qualifiedAt, wantedAssigneeId: assigneeId } = handoff;
    const { leadId } = this;
    const outcome = await persistently(() =>
      local.openHandoff({
        leadId,
        no,
        qualifiedBy,
        ruleId,
        definitionVersionId,
        qualifiedAt,
        now: this.now(),
        assigneeId,
      }),
    );
    return { ...outcome, at: this.now(), handoffNo: no };
  }

  private beside(work: Promise<unknown>): void {
    this.running += 1;
    void work.finally(() => {
      this.running -= 1;
      this.done();
    });
  }
}
