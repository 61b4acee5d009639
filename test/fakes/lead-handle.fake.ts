import type { DataSource } from 'typeorm';
import type { CommandAnswer, LeadCommand } from '../../domain/lead/lead-command.js';
import type { DecisionKind } from '../../domain/lead/lead-process.js';
import { UNDO_WITHIN_MS } from '../../domain/lead/undo-time.js';
import { isClosed, type LeadState } from '../../domain/lead/lead-state.js';
import { notFound } from '../../src/common/problem.js';
import { uuidV7 } from '../../src/database/uuid-v7.js';
import type { LeadHandleService } from '../../src/temporal/lead-handle.service.js';

type Args<K extends LeadCommand['kind']> = Omit<Extract<LeadCommand, { kind: K }>, 'kind'>;

/**
 * Decides as a lead's process does, in the record alone: the first decision about an open handoff stands, the same one by
 * the same person is answered again, anything else is refused with who and when.
 */
export class FakeLeadHandle
  implements
    Pick<
      LeadHandleService,
      | 'acceptHandoff'
      | 'rejectHandoff'
      | 'undoDecision'
      | 'reassignHandoff'
      | 'withdraw'
      | 'acknowledgeReturn'
      | 'recordFirstTouch'
      | 'giveBack'
      | 'recordOutcome'
    >
{
  /** Commands that reached the process, in order. */
  readonly commands: string[] = [];
  /** Thrown instead of an answer, once. */
  failNext: Error | undefined;

  constructor(private readonly dataSource: DataSource) {}

  async acceptHandoff(leadId: string, args: Args<'accept'>): Promise<CommandAnswer> {
    const promised = args.firstContactBy === undefined ? null : new Date(args.firstContactBy);
    return this.decide(leadId, args.handoffNo, 'accepted', args.by, 'accepted', {
      decided_via: args.via,
      first_contact_by: promised,
      note_id: args.noteId ?? null,
    });
  }

  async rejectHandoff(leadId: string, args: Args<'reject'>): Promise<CommandAnswer> {
    return this.decide(leadId, args.handoffNo, 'rejected', args.by, 'returning', {
      decided_via: args.via,
      reason: args.reason,
      quality: args.quality ?? null,
      note_id: args.noteId ?? null,
      returned_at: new Date(),
    });
  }

  async undoDecision(leadId: string, { handoffNo, by }: Args<'undo'>): Promise<CommandAnswer> {
    this.commands.push('undo');
    const at = new Date();
    const [, count]: [unknown, number] = await this.dataSource.query(
      `UPDATE handoffs SET state = 'offered', decided_at = NULL, decided_by = NULL, reason = NULL, returned_at = NULL
        WHERE lead_id = $1 AND no = $2 AND decided_by = $3 AND decided_at > $4 AND state IN ('accepted', 'rejected')`,
      [leadId, handoffNo, by, new Date(at.getTime() - UNDO_WITHIN_MS)],
    );
    if (count === 0) return { ok: false, state: 'accepted', why: 'too_late' };
    await this.dataSource.query(
      `INSERT INTO decisions (id, lead_id, handoff_no, kind, by_person_id, at, data) VALUES ($1, $2, $3, 'undone', $4, $5, '{}')`,
      [uuidV7(), leadId, handoffNo, by, at],
    );
    return this.move(leadId, 'offered', at);
  }

  async withdraw(leadId: string, { handoffNo = 1, by }: Args<'withdraw'>): Promise<CommandAnswer> {
    return this.decide(leadId, handoffNo, 'withdrawn', by, 'nurturing', {});
  }

  async giveBack(leadId: string, { handoffNo, reason }: Args<'give_back'>): Promise<CommandAnswer> {
    this.commands.push('give_back');
    const at = new Date();
    const [, count]: [unknown, number] = await this.dataSource.query(
      `UPDATE handoffs SET returned_at = $3, reason = $4
        WHERE lead_id = $1 AND no = $2 AND state = 'accepted' AND returned_at IS NULL`,
      [leadId, handoffNo, at, reason],
    );
    if (count === 0) return { ok: false, state: 'offered', why: 'not_accepted' };
    return this.move(leadId, 'returning', at);
  }

  async reassignHandoff(leadId: string, args: Args<'reassign'>): Promise<CommandAnswer> {
    return this.decide(leadId, args.handoffNo, 'withdrawn', args.by, 'offered', {});
  }

  async acknowledgeReturn(leadId: string, { handoffNo, by }: Args<'acknowledge'>): Promise<CommandAnswer> {
    this.commands.push('acknowledge');
    const at = new Date();
    const [, count]: [unknown, number] = await this.dataSource.query(
      `UPDATE handoffs SET acknowledged_at = $3, acknowledged_by = $4
        WHERE lead_id = $1 AND no = $2 AND returned_at IS NOT NULL AND acknowledged_at IS NULL`,
      [leadId, handoffNo, at, by],
    );
    if (count === 0) return { ok: false, state: 'nurturing', why: 'not_returning' };
    return this.move(leadId, 'nurturing', at);
  }

  async recordFirstTouch(leadId: string, args: Args<'first_touch'>): Promise<CommandAnswer> {
    this.commands.push('first_touch');
    const at = new Date(args.occurredAt);
    const [, count]: [unknown, number] = await this.dataSource.query(
      `UPDATE handoffs SET first_touch_at = $3 WHERE lead_id = $1 AND no = $2 AND state = 'accepted'`,
      [leadId, args.handoffNo, at],
    );
    if (count === 0) return { ok: false, state: 'offered', why: 'not_accepted' };
    return this.move(leadId, 'working', at);
  }

  async recordOutcome(leadId: string, args: Args<'outcome'>): Promise<CommandAnswer> {
    await this.mustRun(leadId);
    this.commands.push('outcome');
    const at = new Date();
    await this.dataSource.query(
      `INSERT INTO decisions (id, lead_id, handoff_no, kind, by_person_id, at, data) VALUES ($1, $2, 1, $3, $4, $5, $6)`,
      [uuidV7(), leadId, args.outcome, args.by, at, JSON.stringify(args)],
    );
    return this.move(leadId, args.outcome, at);
  }

  /** Nobody reaches the process of a closed lead. */
  private async mustRun(leadId: string): Promise<void> {
    const [lead]: { state: LeadState }[] = await this.dataSource.query('SELECT state FROM leads WHERE id = $1', [
      leadId,
    ]);
    if (lead !== undefined && isClosed(lead.state)) throw notFound('This lead has no running process.');
  }

  private async decide(
    leadId: string,
    no: number,
    kind: Extract<DecisionKind, 'accepted' | 'rejected' | 'withdrawn'>,
    by: string,
    state: LeadState,
    columns: Record<string, unknown>,
  ): Promise<CommandAnswer> {
    const failure = this.failNext;
    this.failNext = undefined;
    if (failure !== undefined) throw failure;
    await this.mustRun(leadId);
    this.commands.push(kind);
    const at = new Date();
    const set = { state: kind, decided_at: at, decided_by: by, ...columns };
    const names = Object.keys(set);
    const [, count]: [unknown, number] = await this.dataSource.query(
      `UPDATE handoffs SET ${names.map((name, index) => `${name} = $${index + 3}`).join(', ')}
        WHERE lead_id = $1 AND no = $2 AND state = 'offered'`,
      [leadId, no, ...Object.values(set)],
    );
    if (count > 0) return this.move(leadId, state, at);
    const [row]: { state: DecisionKind; decided_by: string; decided_at: Date }[] = await this.dataSource.query(
      'SELECT state, decided_by, decided_at FROM handoffs WHERE lead_id = $1 AND no = $2',
      [leadId, no],
    );
    if (row === undefined) return { ok: false, state, why: 'not_offered' };
    const decision = { handoffNo: no, kind: row.state, by: row.decided_by, at: row.decided_at.getTime() };
    if (row.state === kind && row.decided_by === by) return { ok: true, state, at: decision.at, repeated: true };
    return { ok: false, state, why: 'already_decided', decision };
  }

  private async move(leadId: string, state: LeadState, at: Date): Promise<CommandAnswer> {
    await this.dataSource.query('UPDATE leads SET state = $2 WHERE id = $1', [leadId, state]);
    return { ok: true, state, at: at.getTime() };
  }
}
