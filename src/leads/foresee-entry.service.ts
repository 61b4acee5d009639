import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CadenceDocument } from '../../domain/cadence/cadence.schema.js';
import { askOf } from '../../domain/lead/ask-of.js';
import { type NoEntry, refusesEntry, whyNotChosen } from '../../domain/lead/foresee-entry.js';
import { DocumentsService } from '../documents/documents.service.js';
import { CadenceAnswersService, pastOf } from './cadence-answers.service.js';
import { leadClock } from './lead-clock.js';
import { LeadEntity } from './lead.entity.js';
import { LeadFactsService } from './lead-facts.service.js';
import { storedProcess } from './stored-process.js';

export interface ForeseenEntry {
  readonly leadId: string;
  readonly name: string | null;
  readonly company: string | null;
  /** Its last fact, for the poke. */
  readonly lastSeq: number;
  /** The cadence it is in now, which would wait below. */
  readonly inside: string | undefined;
  /** What stands against it; undefined when the cadence takes the lead with its next look. */
  readonly not: NoEntry | undefined;
}

/** Says whether a cadence would take a lead if it looked now, with the functions its sync runs. Reads only. */
@Injectable()
export class ForeseeEntryService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly facts: LeadFactsService,
    private readonly cadences: CadenceAnswersService,
  ) {}

  /** As of now on the lead's clock; undefined for an unknown lead. */
  async foresee(
    manager: EntityManager,
    leadId: string,
    cadence: CadenceDocument,
    wallNow: Date,
  ): Promise<ForeseenEntry | undefined> {
    const lead = await manager.findOneBy(LeadEntity, { id: leadId });
    if (!lead) return undefined;
    const { enrollment } = storedProcess(lead);
    return {
      ...{ leadId, name: lead.name, company: lead.company, lastSeq: lead.lastSeq },
      inside: enrollment?.cadence,
      not: await this.judge(manager, lead, cadence, wallNow),
    };
  }

  private async judge(
    manager: EntityManager,
    lead: LeadEntity,
    cadence: CadenceDocument,
    wallNow: Date,
  ): Promise<NoEntry | undefined> {
    const now = leadClock(lead, wallNow).getTime();
    const process = storedProcess(lead);
    const { enrollment } = process;
    const running = enrollment && (await this.documents.load(manager, 'cadence', enrollment.versionId))?.body;
    const refused = refusesEntry(process, cadence, running?.priority, now);
    if (refused) return refused;
    const ask = askOf(process, now);
    // What is known is loaded only now: most are refused before.
    const known = await this.facts.load(manager, lead.id, lead);
    if (!known) return { why: 'not_in_nurture' };
    const { entry } = ask.entry ? { entry: await this.cadences.entry(manager, known, ask.entry, now) } : {};
    const rivals = await this.cadences.rivals(manager, ask, running, now);
    const { supersede } = await this.cadences.supersede(manager, known, ask, rivals, now);
    if ((entry?.plan ?? supersede?.plan)?.key === cadence.key) return undefined;
    return whyNotChosen(cadence, known.facts, await pastOf(manager, lead.id), now);
  }
}
