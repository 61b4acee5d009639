import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CadenceDocument } from '../../domain/cadence/cadence.schema.js';
import { chooseAirCover, chooseCadence, type PastEnrollment } from '../../domain/cadence/choose-cadence.js';
import { compileCadence } from '../../domain/cadence/compile-cadence.js';
import type { CadencePlan } from '../../domain/cadence/cadence-plan.js';
import { leftAtStep, rivalsOf } from '../../domain/cadence/rival-cadences.js';
import type { ConditionFacts } from '../../domain/condition/condition-facts.js';
import { evaluateCondition } from '../../domain/condition/evaluate-condition.js';
import type { Answers, Ask } from '../../domain/lead/lead-sync.js';
import { CadencePausesReadModel } from '../cadences/cadence-pauses.read-model.js';
import { DocumentsService, type DocumentVersion } from '../documents/documents.service.js';
import { OrganisationService } from '../people/organisation.service.js';
import { WebhookLedgerService } from '../webhooks/webhook-ledger.service.js';
import { EnrollmentEntity } from './enrollment.entity.js';
import type { LeadFacts } from './lead-facts.service.js';

type Version = DocumentVersion<'cadence'>;

/** Which cadence takes a lead, which may take it from the one it is in, and whether that one is paused. Reads only. */
@Injectable()
export class CadenceAnswersService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly organisation: OrganisationService,
    private readonly pauses: CadencePausesReadModel,
    private readonly webhooks: WebhookLedgerService,
  ) {}

  /** Cadences that may take the lead from the running one now; paused ones would only stop it. */
  async rivals(manager: EntityManager, ask: Ask, running: CadenceDocument | undefined, now: number) {
    if (!ask.supersede || !running) return [];
    const versions = await this.documents.listEffective(manager, 'cadence', new Date(now));
    const rivals = rivalsOf(
      versions.map(({ body }) => body),
      running,
    );
    if (rivals.length === 0) return [];
    const paused = await this.pauses.openKeys(
      manager,
      rivals.map(({ key }) => key),
    );
    return versions.filter(({ body }) => rivals.includes(body) && !paused.has(body.key));
  }

  /** Cadence versions of the enrollments below the running one, by id. */
  async suspended(manager: EntityManager, ask: Ask): Promise<Map<string, CadenceDocument>> {
    const found = new Map<string, CadenceDocument>();
    for (const { versionId } of ask.suspended ?? []) {
      const version = await this.documents.load(manager, 'cadence', versionId);
      if (version) found.set(versionId, version.body);
    }
    return found;
  }

  /** The rival that takes the lead at `now`, else from when on one may: its entry holds, its rest is not over. */
  async supersede(
    manager: EntityManager,
    { lead, facts }: LeadFacts,
    { supersede: ask }: Ask,
    rivals: readonly Version[],
    now: number,
  ): Promise<{ supersede?: Answers['supersede']; retryAt?: number }> {
    if (ask?.cadence !== undefined) {
      const wanted = await this.documents.effective(manager, 'cadence', ask.cadence, new Date(now));
      if (wanted && isOfNurture(wanted)) return { supersede: { plan: planOf(wanted) } };
    }
    if (!rivals.some(({ body }) => holds(body, facts, now))) return {};
    const bodies = rivals.map(({ body }) => body);
    const past = await pastOf(manager, lead.id);
    const chosen = chooseCadence(bodies, facts, past, now, null);
    if (!chosen) return {};
    if ('retryAt' in chosen) return { retryAt: chosen.retryAt };
    const version = rivals.find(({ key }) => key === chosen.key);
    return version ? { supersede: entryOf(version, past) } : {};
  }

  async entry(
    manager: EntityManager,
    { lead, facts }: LeadFacts,
    entry: NonNullable<Ask['entry']>,
    now: number,
  ): Promise<Answers['entry']> {
    const cadences = await this.documents.listEffective(manager, 'cadence', new Date(now));
    const wanted = cadences.find((version) => version.key === entry.cadence && isOfNurture(version));
    if (wanted) return { plan: planOf(wanted) };
    const past = await pastOf(manager, lead.id);
    const { catchAll } = await this.organisation.get(manager);
    const bodies = cadences.map(({ body }) => body);
    const chosen = chooseCadence(bodies, facts, past, now, catchAll);
    if (!chosen) return {};
    if ('retryAt' in chosen) return chosen;
    const version = cadences.find(({ key }) => key === chosen.key);
    return version ? entryOf(version, past) : {};
  }

  /** The air cover of an accepted lead, as of now; its plan once it may begin. One whose cadence is paused would only stand still. */
  async cover(
    manager: EntityManager,
    { lead, facts }: LeadFacts,
    { from }: NonNullable<Ask['cover']>,
    now: number,
  ): Promise<Answers['cover']> {
    const effective = await this.documents.listEffective(manager, 'cadence', new Date(now));
    const covers = effective.filter(({ body }) => body.phase === 'air_cover');
    if (covers.length === 0) return {};
    const paused = await this.pauses.openKeys(
      manager,
      covers.map(({ key }) => key),
    );
    const past = await pastOf(manager, lead.id);
    const bodies = covers.map(({ body }) => body).filter(({ key }) => !paused.has(key));
    const chosen = chooseAirCover(bodies, facts, past, now);
    const version = covers.find(({ key }) => key === chosen?.key);
    if (!version) return {};
    return now < from ? { at: from } : entryOf(version, past);
  }

  /** How the webhook of the step ended. */
  posted(manager: EntityManager, leadId: string, step: NonNullable<Ask['step']>): Promise<Answers['posted']> {
    return this.webhooks.outcomeOf(manager, leadId, step);
  }

  /** The pause that concerns the running enrollment: on, or over since it stands where it stands. */
  async pause(
    manager: EntityManager,
    { lead }: LeadFacts,
    cadence: string,
    step: NonNullable<Ask['step']>,
    now: number,
  ): Promise<Answers['cadencePause']> {
    if (step.afterPause === undefined) return undefined;
    const from = Math.max(step.stepAt, step.resumedAt ?? step.stepAt);
    // A lead with a clock of its own meets what happens outside when it looks.
    const own = lead.clockOffsetMs !== 0;
    const pause =
      step.pausedBy === undefined
        ? await this.pauses.after(manager, cadence, step.afterPause, own ? undefined : new Date(from))
        : await this.pauses.numbered(manager, cadence, step.pausedBy);
    if (!pause) return undefined;
    const { no, pausedAt, resumedAt, policy } = pause;
    const at = own ? now : Math.max(pausedAt.getTime(), from);
    if (resumedAt === null || policy === null) return { no, at };
    return { no, at, until: own ? now : resumedAt.getTime(), policy };
  }
}

/** An air cover takes no lead in marketing's hands, whoever chose it. */
const isOfNurture = ({ body }: Version): boolean => body.phase !== 'air_cover';

const holds = ({ entry }: CadenceDocument, facts: ConditionFacts, now: number): boolean =>
  !entry || evaluateCondition(entry, facts, now);

function entryOf(version: Version, past: readonly PastEnrollment[]): { plan: CadencePlan; step?: string } {
  const step = leftAtStep(version.body, past);
  return { plan: planOf(version), ...(step === undefined ? {} : { step }) };
}

/** The lead's enrollments so far. */
export async function pastOf(manager: EntityManager, leadId: string): Promise<PastEnrollment[]> {
  const past = await manager.findBy(EnrollmentEntity, { leadId });
  return past.map((one) => ({
    key: one.cadenceKey,
    enteredAt: one.enteredAt.getTime(),
    endedAt: one.endedAt?.getTime() ?? null,
    exitReason: one.exitReason,
    step: one.step,
  }));
}

/** The plan of a published version. */
export function planOf(version: Version): CadencePlan {
  return compileCadence(version.body, { version: version.version, versionId: version.id });
}
