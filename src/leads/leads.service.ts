import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isKnownZone } from '../../domain/time/zone.js';
import { AuditService } from '../common/audit/audit.service.js';
import { isLostRace } from '../common/database-away.js';
import { hasKnownZone } from '../common/field-checks.js';
import { type FieldError, notFound, unprocessable } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { leadClock } from './lead-clock.js';
import { LeadChangesService, type ProfileChange } from './lead-changes.service.js';
import { type IntakeDecision, LeadDecisionService } from './lead-decision.service.js';
import { type Identity, LeadIdentitiesService } from './lead-identities.service.js';
import { consentProblems, LeadIntakeService } from './lead-intake.service.js';
import { type LeadView, LeadsReadModel } from './leads.read-model.js';
import type { CreateLead, PatchLead } from './leads.schema.js';

const MAX_TRIES = 4;

/** The lead that had the identity is gone: the next try finds none and makes a new one. */
class ErasedMeanwhile extends Error {
  readonly code = '40001';
}

/** Who sends or changes a lead; null for Baton itself. */
export interface LeadActor {
  readonly personId: string | null;
}

/** For rehearsals and tests only: no request carries them. */
export interface CreateOptions {
  /** Offset of the lead's clock from the wall clock, in milliseconds; 0 in production. */
  readonly clockOffsetMs?: number;
  /** The id of a new lead: jitter and split arms follow from it. */
  readonly id?: string;
}

export interface CreatedLead {
  readonly lead: LeadView;
  /** False: the identity was known. */
  readonly created: boolean;
  readonly decision: IntakeDecision;
  readonly warnings: readonly FieldError[];
}

/** Leads as a whole: taking them in, changing what is known of them. */
@Injectable()
export class LeadsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly identities: LeadIdentitiesService,
    private readonly intake: LeadIntakeService,
    private readonly changes: LeadChangesService,
    private readonly decisions: LeadDecisionService,
    private readonly leads: LeadsReadModel,
    private readonly audit: AuditService,
  ) {}

  /**
   * Takes a lead in, in one transaction: the same identity is the same lead, whatever arrives at the same time. Of a
   * known lead only what is missing is filled in. Durable, and its process told, when the answer comes.
   */
  async create(input: CreateLead, actor: LeadActor, options: CreateOptions = {}): Promise<CreatedLead> {
    const identities = this.identities.read(input);
    const wallNow = new Date();
    // A lead in virtual time may agree on its own clock.
    const errors = options.clockOffsetMs ? [] : consentProblems(input.consent, wallNow.getTime());
    if (errors.length > 0) throw unprocessable(errors);
    const attempt = (manager: EntityManager) => this.createIn(manager, { input, identities, actor, wallNow, options });
    for (let tries = 1; ; tries += 1) {
      try {
        return await inTransaction(this.dataSource, attempt);
      } catch (error) {
        if (!isLostRace(error) || tries >= MAX_TRIES) throw error;
      }
    }
  }

  /** Throws 404 for an unknown or erased lead, 422 for a zone that is none. */
  async patch(id: string, patch: PatchLead, actor: LeadActor): Promise<LeadView> {
    const errors = hasKnownZone('timeZone', patch.timeZone ?? undefined);
    if (errors.length > 0) throw unprocessable(errors);
    const wallNow = new Date();
    return inTransaction(this.dataSource, async (manager) => {
      const lead = await this.changes.lock(manager, id);
      if (!lead || lead.state === 'erased') throw notFound();
      const change = this.changes.patched(lead, patch);
      await this.changes.store(manager, lead, change, { personId: actor.personId, wallNow });
      const view = await this.view(manager, id);
      await this.record(manager, 'lead.change', view.id, change, { actor, note: patch.note, wallNow });
      return view;
    });
  }

  /** Throws 404 when there is none. */
  async get(id: string): Promise<LeadView> {
    return this.view(this.dataSource.manager, id);
  }

  private async createIn(manager: EntityManager, request: CreateRequest): Promise<CreatedLead> {
    const { input, identities } = request;
    const known = await this.identities.claim(manager, identities);
    const { id, now, fields } =
      known === undefined ? await this.bear(manager, request) : await this.fill(manager, known, request);
    const decision = await this.decisions.decide(manager, id, now);
    const lead = await this.view(manager, id);
    const created = known === undefined;
    const action = created ? 'lead.create' : 'lead.change';
    await this.record(manager, action, id, { fields }, { ...request, note: input.note });
    return { lead, created, decision, warnings: warningsOf(input) };
  }

  private async bear(manager: EntityManager, request: CreateRequest): Promise<TakenIn> {
    const { input, identities, wallNow, options } = request;
    const clockOffsetMs = options.clockOffsetMs ?? 0;
    const now = leadClock({ clockOffsetMs, virtualNowAt: null }, wallNow);
    const email = identities[0].value;
    const id = await this.intake.insert(manager, input, { id: options.id, email, now, clockOffsetMs });
    await this.identities.add(manager, id, identities);
    await this.intake.raiseHand(manager, { id, now }, input, wallNow);
    await this.intake.announce(manager, id, wallNow);
    return { id, now, fields: [] };
  }

  private async fill(manager: EntityManager, id: string, request: CreateRequest): Promise<TakenIn> {
    const { input, identities, actor, wallNow } = request;
    const lead = await this.changes.lock(manager, id);
    if (!lead || lead.state === 'erased') throw new ErasedMeanwhile();
    const now = leadClock(lead, wallNow);
    await this.identities.add(manager, id, identities);
    const change = this.changes.filled(lead, input);
    await this.changes.store(manager, lead, change, { personId: actor.personId, wallNow });
    await this.intake.raiseHand(manager, { id, now }, input, wallNow);
    return { id, now, fields: change.fields };
  }

  /** Last in the transaction: the audit's chain is locked until the commit. */
  private async record(
    manager: EntityManager,
    action: 'lead.create' | 'lead.change',
    leadId: string,
    { fields }: Pick<ProfileChange, 'fields'>,
    why: { readonly actor: LeadActor; readonly note: string | undefined; readonly wallNow: Date },
  ): Promise<void> {
    if (action === 'lead.change' && fields.length === 0) return;
    const data = action === 'lead.create' ? {} : { fields };
    const entry = { actorId: why.actor.personId, action, subjectKind: 'lead', subjectId: leadId, data, note: why.note };
    await this.audit.record(manager, entry, why.wallNow);
  }

  private async view(manager: EntityManager, id: string): Promise<LeadView> {
    const view = await this.leads.byId(manager, id);
    if (view === undefined) throw notFound();
    return view;
  }
}

interface CreateRequest {
  readonly input: CreateLead;
  readonly identities: readonly [Identity, ...Identity[]];
  readonly actor: LeadActor;
  readonly wallNow: Date;
  readonly options: CreateOptions;
}

interface TakenIn {
  readonly id: string;
  /** On the lead's clock. */
  readonly now: Date;
  /** What was filled in. */
  readonly fields: readonly string[];
}

/** A zone that is none counts as missing, and the sender is told. */
function warningsOf({ timeZone }: CreateLead): FieldError[] {
  if (timeZone === undefined || isKnownZone(timeZone)) return [];
  const message = `${timeZone} is not a known time zone; the campaign's or the organisation's is used`;
  return [{ path: 'timeZone', code: 'unknown_zone', message }];
}
