import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { decisionRight } from '../../domain/handoff/decision-rights.js';
import { slaInstant } from '../../domain/handoff/ladder-instants.js';
import type { RouteOfferResult } from '../../domain/handoff/route-offer.js';
import { chooseDefinition } from '../../domain/qualification/choose-definition.js';
import { missingMandatory } from '../../domain/qualification/missing-mandatory.js';
import { insertRows } from '../database/insert-rows.js';
import { inTransaction } from '../database/transaction.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { type DocumentVersion, DocumentsService, SINGLE_KEY } from '../documents/documents.service.js';
import { type LeadFacts, LeadFactsService } from '../leads/lead-facts.service.js';
import { PeopleService } from '../people/people.service.js';
import { MissingFieldTodosService } from '../todos/missing-field-todos.service.js';
import { HandoffPacketsService } from './handoff-packets.service.js';
import { HANDOFF_VERSION_KINDS } from './handoff-versions.js';
import { HandoffRoutingService } from './handoff-routing.service.js';
import { HandoffEntity } from './handoff.entity.js';
import type { EarlierHandoff } from './packet-sources.read-model.js';

/** When everybody holds as many offers as they can, no clock says when one is answered. */
const LOOK_AGAIN_MS = 15 * 60_000;

/** Instants are epoch milliseconds on the lead's clock. */
export interface OpenHandoffInput {
  readonly leadId: string;
  readonly no: number;
  readonly qualifiedBy: 'definition' | 'person' | 'step';
  readonly ruleId: string | null;
  readonly definitionVersionId: string | null;
  readonly qualifiedAt: number;
  readonly now: number;
  /** A person chose the rep: routing is skipped. */
  readonly assigneeId?: string;
  /** Of a push by a person: the note that says why. */
  readonly noteId?: string;
  /** Of an `offer` step: where its reason stands. */
  readonly offerStep?: { readonly versionId: string; readonly step: string };
}

export type OpenHandoffResult =
  | {
      readonly result: 'offered';
      readonly handoffId: string;
      readonly assigneeId: string;
      /** As it stands in the record: the SLA runs from here. */
      readonly offeredAt: number;
    }
  | {
      readonly result: 'waiting';
      readonly why: 'packet_incomplete' | 'nobody_available';
      readonly missing?: readonly string[];
      readonly retryAt?: number;
    };

interface Assignment extends Pick<RouteOfferResult, 'asked'> {
  readonly assigneeId: string;
  readonly teamKey: string;
  readonly routing: Readonly<Record<string, unknown>>;
}

/** Offers leads to sales. */
@Injectable()
export class HandoffsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly facts: LeadFactsService,
    private readonly documents: DocumentsService,
    private readonly people: PeopleService,
    private readonly routing: HandoffRoutingService,
    private readonly packets: HandoffPacketsService,
    private readonly todos: MissingFieldTodosService,
  ) {}

  /**
   * Opens handoff `no`: finds who gets it, freezes the packet, writes the row. Called again it finds the row. Waits for
   * mandatory fields and for a rep who is at work (product: A lead's life, `qualified`).
   */
  async openHandoff(input: OpenHandoffInput): Promise<OpenHandoffResult> {
    return inTransaction(this.dataSource, async (manager) => {
      // Under the lead's lock: a packet written after an erasure would outlive it.
      const [lead] = await manager.query<{ state: string }[]>('SELECT state FROM leads WHERE id = $1 FOR UPDATE', [
        input.leadId,
      ]);
      if (lead?.state === 'erased') return { result: 'waiting', why: 'nobody_available' };
      const known = await this.facts.load(manager, input.leadId);
      if (known === undefined) throw new Error('There is no such lead to hand over');
      const definition = await this.definition(manager, known, input);
      const missing = definition === undefined ? [] : missingMandatory(definition.body, known.facts);
      await this.routing.lock(manager);
      const [open] = await manager.findBy(HandoffEntity, { leadId: input.leadId, no: input.no });
      // One taken back as an orphan of a lost task is made anew: the number is asked for again.
      if (open !== undefined && (open.state !== 'withdrawn' || open.decidedBy !== null))
        return {
          result: 'offered',
          handoffId: open.id,
          assigneeId: open.assigneeId,
          offeredAt: open.offeredAt.getTime(),
        };
      const asked = { leadId: input.leadId, handoffNo: input.no, at: new Date(input.now) };
      if (missing.length > 0 && input.assigneeId === undefined) {
        await this.todos.ask(manager, asked, missing);
        return { result: 'waiting', why: 'packet_incomplete', missing };
      }
      await this.todos.settle(manager, asked, missing);
      const earlier = await this.packets.earlier(manager, input.leadId, input.no);
      const assignment = await this.assign(manager, known, input, earlier);
      if ('result' in assignment) return assignment;
      await this.routing.take(manager, assignment, assignment);
      const versions = await this.versions(manager, definition?.id, input.now);
      const packet = await this.packets.build(manager, known, {
        ...{ no: input.no, at: input.now, definition, missing, earlier },
        ...{ qualifiedBy: input.qualifiedBy, qualifiedAt: input.qualifiedAt, ruleId: input.ruleId },
        ...{ noteId: input.noteId, offerStep: input.offerStep, prepVersionId: versions['prep'] },
      });
      // Somebody may have seen the one that was taken back: its address stays good.
      const handoffId = open?.id ?? uuidV7();
      if (open !== undefined) await manager.delete(HandoffEntity, { id: open.id });
      await insertRows(manager, HandoffEntity, [
        {
          id: handoffId,
          leadId: input.leadId,
          no: input.no,
          state: 'offered',
          assigneeId: assignment.assigneeId,
          teamKey: assignment.teamKey,
          ruleId: input.ruleId,
          qualifiedBy: input.qualifiedBy,
          definitionVersionId: input.definitionVersionId,
          packet: { ...packet },
          versions,
          routing: assignment.routing,
          offeredAt: new Date(input.now),
          acceptDueAt: await this.acceptDueAt(manager, assignment.assigneeId, input.now),
        },
      ]);
      return { result: 'offered', handoffId, assigneeId: assignment.assigneeId, offeredAt: input.now };
    });
  }

  /** Whether a person's decision counts; for decisions that come as signals, without a caller to answer. */
  async mayDecide(input: {
    leadId: string;
    handoffNo: number;
    by: string;
    reason?: string | undefined;
  }): Promise<{ ok: boolean; why?: string }> {
    const { manager } = this.dataSource;
    if (!/^[0-9a-f-]{36}$/i.test(input.by)) return { ok: false, why: 'unknown_person' };
    const [handoff] = await manager.findBy(HandoffEntity, { leadId: input.leadId, no: input.handoffNo });
    const person = await this.people.byId(manager, input.by);
    if (handoff === undefined) return { ok: false, why: 'unknown_handoff' };
    if (person === undefined || !person.active) return { ok: false, why: 'unknown_person' };
    const right = decisionRight(
      { personId: person.id, teamKey: person.teamKey },
      {
        assigneeId: handoff.assigneeId,
        teamKey: handoff.teamKey,
        teamOwnerId: (await this.people.team(manager, handoff.teamKey))?.ownerId ?? null,
        accountableOwnerId: (await this.people.accountableOwner(manager)).id,
      },
    );
    if (right !== 'decide') return { ok: false, why: 'not_allowed' };
    if (input.reason === undefined) return { ok: true };
    const rows: unknown[] = await manager.query('SELECT 1 FROM reasons WHERE code = $1', [input.reason]);
    return rows.length > 0 ? { ok: true } : { ok: false, why: 'unknown_reason' };
  }

  /** What the handoff falls under, by kind: later versions change nothing about it. */
  private async versions(manager: EntityManager, definition: string | undefined, now: number) {
    const ids: Record<string, string> = definition === undefined ? {} : { definition };
    for (const kind of HANDOFF_VERSION_KINDS) {
      const version = await this.documents.effective(manager, kind, SINGLE_KEY, new Date(now));
      if (version !== undefined) ids[kind] = version.id;
    }
    return ids;
  }

  /** What a qualified lead that is not offered yet lacks, and whose team it would be. */
  async waitingFor(
    manager: EntityManager,
    leadId: string,
    now: number,
  ): Promise<{ missing: readonly string[]; teamKey: string | null }> {
    const known = await this.facts.load(manager, leadId);
    if (known === undefined) return { missing: [], teamKey: null };
    const definition = await this.definition(manager, known, { definitionVersionId: null, now });
    const missing = definition === undefined ? [] : missingMandatory(definition.body, known.facts);
    return { missing, teamKey: (await this.routing.route(manager, known.facts, now)).teamKey };
  }

  private async definition(
    manager: EntityManager,
    { facts }: LeadFacts,
    input: Pick<OpenHandoffInput, 'definitionVersionId' | 'now'>,
  ): Promise<DocumentVersion<'definition'> | undefined> {
    const stamped = await this.packets.definition(manager, input.definitionVersionId);
    if (stamped !== undefined) return stamped;
    const effective = await this.documents.listEffective(manager, 'definition', new Date(input.now));
    const candidates = effective.map(({ id, body }) => ({ id, document: body }));
    const chosen = chooseDefinition(candidates, facts, input.now);
    return effective.find((version) => version.id === chosen?.id);
  }

  private async assign(
    manager: EntityManager,
    { facts }: LeadFacts,
    input: OpenHandoffInput,
    earlier: readonly EarlierHandoff[],
  ): Promise<Assignment | Extract<OpenHandoffResult, { result: 'waiting' }>> {
    // Who let an offer of this very qualification run out is not asked again; that it has ended may not be stored yet.
    const ended = ['passed_on', 'expired', 'withdrawn'];
    const excluded = earlier
      .filter((one) => one.offeredAt >= input.qualifiedAt && ended.includes(one.state))
      .map((one) => one.assigneeId);
    const routed = await this.routing.route(manager, facts, input.now, excluded);
    if (input.assigneeId !== undefined) {
      const person = await this.people.byId(manager, input.assigneeId);
      const teamKey = person?.teamKey ?? routed.teamKey;
      if (person === undefined || teamKey === null) return { result: 'waiting', why: 'nobody_available' };
      const sentence = `${person.name} of ${teamKey}, chosen by a person.`;
      // Who has left between the choice and the offer gets none: routing chooses.
      if (person.active) {
        // They may be of another team than the one that routing chooses.
        const asked = await this.routing.asked(manager, teamKey, input.now, excluded);
        return { assigneeId: person.id, teamKey, routing: { sentence, candidates: [] }, asked };
      }
    }
    const { assigneeId, teamKey, retryAt, explanation, asked } = routed;
    if (assigneeId !== null && teamKey !== null) return { assigneeId, teamKey, routing: { ...explanation }, asked };
    return { result: 'waiting', why: 'nobody_available', retryAt: retryAt ?? input.now + LOOK_AGAIN_MS };
  }

  /** Written at once, since the offer mail says it; the ladder of the process is planned from the same policy. */
  private async acceptDueAt(manager: EntityManager, assigneeId: string, now: number): Promise<Date | null> {
    const policy = await this.documents.effective(manager, 'sla', SINGLE_KEY, new Date(now));
    const hours = await this.people.calendarOf(manager, assigneeId);
    if (policy === undefined || hours === undefined) return null;
    return new Date(slaInstant(policy.body.accept.within, hours.calendar, hours.zone, now));
  }
}
