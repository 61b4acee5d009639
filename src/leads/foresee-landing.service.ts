import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CadenceDocument } from '../../domain/cadence/cadence.schema.js';
import type { CadencePlan } from '../../domain/cadence/cadence-plan.js';
import { describeStep } from '../../domain/cadence/describe-step.js';
import type { StepMoves } from '../../domain/cadence/map-steps.js';
import { advanceLead, commandLead } from '../../domain/lead/advance-lead.js';
import { withRunning } from '../../domain/lead/advance-migration.js';
import { applyAnswers, askOf } from '../../domain/lead/ask-of.js';
import { classifyLanding, type LandingChange, type StandingAt } from '../../domain/lead/classify-landing.js';
import { decideNext, type DueItem } from '../../domain/lead/decide-next.js';
import type { EnrollmentProcess, LeadRecord } from '../../domain/lead/lead-process.js';
import { LeadAnswersService } from './lead-answers.service.js';
import { leadClock } from './lead-clock.js';
import { LeadFactsService } from './lead-facts.service.js';
import { storedProcess } from './stored-process.js';

interface Edition {
  readonly id: string;
  readonly document: CadenceDocument;
  readonly plan: CadencePlan;
}

/** The way from one version of a cadence to another. */
export interface ForeseenChange extends StepMoves {
  readonly from: Edition;
  readonly to: Edition;
}

export interface ForeseenLanding {
  readonly now: StandingAt;
  readonly lands?: StandingAt;
  readonly change: LandingChange | 'no_place' | 'unknown';
  readonly why?: string;
  /** Why the touch of the step on which it stands is held. */
  readonly held?: string;
}

/** What follows at once from a change of version; whatever else is due is not foreseen. */
const FOLLOWED: readonly DueItem['kind'][] = ['wait_over', 'winner', 'branch', 'guard', 'fact'];
/** More turns than a lead takes at one instant. */
const MAX_TURNS = 100;

/** Says where a lead would land under another version, with the functions the process itself runs. Reads only. */
@Injectable()
export class ForeseeLandingService {
  constructor(
    private readonly facts: LeadFactsService,
    private readonly answers: LeadAnswersService,
  ) {}

  /** As of now on the lead's clock. */
  async foresee(
    manager: EntityManager,
    { leadId, enrollmentNo, step }: { readonly leadId: string; readonly enrollmentNo: number; readonly step: string },
    { from, to, moves, fresh }: ForeseenChange,
    wallNow: Date,
  ): Promise<ForeseenLanding> {
    const known = await this.facts.load(manager, leadId);
    const unknown = { now: { step, words: wordsOf(from.document, step) }, change: 'unknown' } as const;
    if (!known) return { ...unknown, why: 'not_inside' };
    const at = leadClock(known.lead, wallNow).getTime();
    const stored = withRunning(storedProcess(known.lead), enrollmentNo);
    if (stored.enrollment?.no !== enrollmentNo) return { ...unknown, why: 'not_inside' };
    const { held } = stored.enrollment;
    const now = standingOf(stored.enrollment, from.document);
    const ids = { enrollmentNo, fromVersionId: from.id, jobId: '', by: '' };
    const order = { kind: 'migrate_enrollment', ...ids, plan: to.plan, moves, fresh } as const;
    const { answer, ...moved } = commandLead(stored, order, at, from.plan);
    if (!answer.ok) return { now, change: answer.why === 'needs_mapping' ? 'no_place' : 'unknown', why: answer.why };
    let { process } = moved;
    const records: LeadRecord[] = [...moved.records];
    for (let turn = 0; turn < MAX_TURNS && process.enrollment; turn += 1) {
      const input = { leadId, chain: '', now: at, process, records: [], ask: askOf(process, at) };
      const { answers } = await this.answers.answer(manager, known, input);
      process = applyAnswers(process, answers);
      const item = decideNext(process, answers, at, to.plan);
      if (!item || !FOLLOWED.includes(item.kind)) break;
      const next = advanceLead(process, item, at, to.plan);
      process = next.process;
      records.push(...next.records);
    }
    const lands = process.enrollment && standingOf(process.enrollment, to.document);
    const ended = records.find(({ kind }) => kind === 'enrollment_ended')?.data['reason'];
    return {
      now,
      ...(lands ? { lands } : {}),
      change: classifyLanding(now, lands),
      ...(typeof ended === 'string' ? { why: ended } : {}),
      ...(held === undefined ? {} : { held }),
    };
  }
}

function standingOf({ step, dueAt }: EnrollmentProcess, document: CadenceDocument): StandingAt {
  return { step, ...(dueAt === undefined ? {} : { dueAt }), words: wordsOf(document, step) };
}

function wordsOf(document: CadenceDocument, id: string): string {
  const step = document.steps.find((one) => one.id === id);
  return step ? describeStep(step) : id;
}
