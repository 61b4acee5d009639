import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { advanceLead } from '../../domain/lead/advance-lead.js';
import { applyAnswers, askOf } from '../../domain/lead/ask-of.js';
import { decideNext, type DueItem } from '../../domain/lead/decide-next.js';
import type { LeadProcess } from '../../domain/lead/lead-process.js';
import type { LeadState } from '../../domain/lead/lead-state.js';
import type { Answers } from '../../domain/lead/lead-sync.js';
import { DocumentsService } from '../documents/documents.service.js';
import { LeadAnswersService } from './lead-answers.service.js';
import { LeadExplainService } from './lead-explain.service.js';
import { type LeadFacts, LeadFactsService } from './lead-facts.service.js';
import { storedProcess } from './stored-process.js';

/** What an intake led to, and why, for whoever sent it. */
export interface IntakeDecision {
  readonly state: LeadState;
  readonly why: string;
}

/** Says what the lead's process decides about an intake, with the functions the process itself runs. Reads only. */
@Injectable()
export class LeadDecisionService {
  constructor(
    private readonly facts: LeadFactsService,
    private readonly answers: LeadAnswersService,
    private readonly documents: DocumentsService,
    private readonly explain: LeadExplainService,
  ) {}

  /** `now` on the lead's clock. Throws for a lead that is not there. */
  async decide(manager: EntityManager, leadId: string, now: Date): Promise<IntakeDecision> {
    const known = await this.facts.load(manager, leadId);
    if (!known) throw new Error(`no lead ${leadId} to decide about`);
    const stored = storedProcess(known.lead);
    const at = now.getTime();
    const answers = await this.ask(manager, known, stored, at);
    const { process, item } = nextItem(applyAnswers(stored, answers), answers, at);
    const qualified = item?.kind === 'qualified' ? item : item?.kind === 'intake' ? item.qualified : undefined;
    const next = item && advanceLead(process, item, at, undefined).process;
    if (qualified && next?.state === 'qualified')
      return { state: next.state, why: await this.ruleWords(manager, qualified) };
    if (item?.kind !== 'intake' || !next) {
      return { state: process.state, why: (await this.explain.explainKnown(manager, known, at)).sentence };
    }
    if (next.state === 'disqualified') return { state: next.state, why: 'There is no way to reach it.' };
    const { entry } = await this.ask(manager, known, next, at);
    return { state: next.state, why: `It came without a hand-raise, so it goes to nurture${entryWords(next, entry)}.` };
  }

  private async ask(manager: EntityManager, known: LeadFacts, process: LeadProcess, now: number): Promise<Answers> {
    const input = { leadId: known.lead.id, chain: '', now, process, records: [], ask: askOf(process, now) };
    return (await this.answers.answer(manager, known, input)).answers;
  }

  private async ruleWords(
    manager: EntityManager,
    { ruleId, definitionVersionId }: { readonly ruleId: string; readonly definitionVersionId: string },
  ): Promise<string> {
    const definition = await this.documents.load(manager, 'definition', definitionVersionId);
    const of = definition ? ` of definition ${definition.key}, version ${definition.version}` : '';
    return `Rule ${ruleId}${of} holds, so it goes to sales.`;
  }
}

/** What the process decides about the lead once the facts before it are taken; a lead in nurture is judged alone. */
function nextItem(
  process: LeadProcess,
  answers: Answers,
  now: number,
): { readonly process: LeadProcess; readonly item: DueItem | undefined } {
  if (process.state !== 'raw') {
    return { process, item: answers.qualified && { kind: 'qualified', ...answers.qualified } };
  }
  const item = decideNext(process, answers, now, undefined);
  if (item?.kind !== 'fact') return { process, item };
  return nextItem(advanceLead(process, item, now, undefined).process, answers, now);
}

function entryWords(process: LeadProcess, entry: Answers['entry']): string {
  if (entry?.plan) return `: cadence ${entry.plan.key} takes it`;
  if (!process.contactable) return ', but it may not be written to';
  return entry?.retryAt === undefined ? ', where no cadence takes it yet' : ', where a cadence takes it later';
}
