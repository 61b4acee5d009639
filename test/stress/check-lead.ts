import type { StressCadence } from './documents.js';
import { type Due, ReferenceModel } from './reference-model.js';
import type { StressFact } from './stress-conditions.js';

/** A moment at which the product looked at the lead under its lock, with what was stored by then. Instants in ms. */
export interface Look {
  readonly kind: 'sync' | 'claim';
  /** Of a sync: the revision it stored. */
  readonly rev: number;
  /** Facts up to here were stored. */
  readonly seq: number;
  readonly at: number;
  /** Of a claim. */
  readonly step?: string;
  readonly visit?: number;
}

export interface RecordRow {
  readonly rev: number;
  readonly kind: string;
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Everything the record says about one lead. */
export interface LeadEvidence {
  readonly source: string;
  /** When its process began. */
  readonly since: number;
  readonly facts: readonly StressFact[];
  readonly looks: readonly Look[];
  readonly records: readonly RecordRow[];
  /** Touches that were never claimed and never will be: when that was found. */
  readonly skipped: readonly { readonly step: string; readonly visit: number; readonly at: number }[];
  readonly state: string;
  readonly endedAt: number;
}

/** What the record says of the kinds the model knows; undefined for the rest. */
function sentenceOf({ kind, data }: RecordRow): string | undefined {
  const visit = `${String(data['step'])} ${String(data['visit'])}`;
  switch (kind) {
    case 'state':
      return `state ${String(data['from'])} → ${String(data['to'])}`;
    case 'qualified':
      return `qualified ${String(data['ruleId'])}`;
    case 'enrolled':
      return `enrolled ${String(data['cadence'])}`;
    case 'step':
      return `step ${visit}`;
    case 'waited': {
      const seq = data['seq'];
      return `waited ${visit}: ${String(data['winner'])}${typeof seq === 'number' ? ` by ${seq}` : ''}`;
    }
    case 'branched':
      return `branched ${visit}: ${String(data['case'])}`;
    case 'enrollment_ended':
      return `ended ${String(data['reason'])}`;
    default:
      return undefined;
  }
}

/** A later try of the same revision stands for all that came after the earlier one. */
function standing(looks: readonly Look[]): Look[] {
  const kept: Look[] = [];
  for (const look of looks) {
    if (look.kind === 'sync') {
      for (let index = kept.length - 1; index >= 0; index -= 1) {
        const other = kept[index];
        if (other?.kind === 'sync' && other.rev >= look.rev) kept.splice(index, 1);
      }
    }
    kept.push(look);
  }
  return kept;
}

const iso = (at: number): string => new Date(at).toISOString().slice(11, 23);

/**
 * Follows the lead through every look with the reference model and says where the record differs; nothing when all is as
 * the semantics say. After the first difference it stops, since all that follows is another story.
 */
export function checkLead(evidence: LeadEvidence, cadences: readonly StressCadence[]): string[] {
  try {
    return follow(evidence, new ReferenceModel(cadences, evidence.source, evidence.since));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

class Difference extends Error {}

function follow(evidence: LeadEvidence, model: ReferenceModel): string[] {
  const { facts } = evidence;
  const known = (seq: number): StressFact[] => facts.filter((fact) => fact.seq <= seq);
  const claims = new Map<string, number>();
  let pending: Due | undefined;
  let ahead = false;
  let rev = 0;
  for (const look of standing(evidence.looks)) {
    if (look.kind === 'claim') {
      checkClaim(model, look, known(look.seq), pending);
      claims.set(`${look.step} ${look.visit}`, look.at);
      continue;
    }
    const records = evidence.records.filter((record) => record.rev > rev && record.rev <= look.rev);
    rev = look.rev;
    apply(model, pending, records, { claims, look, ahead, skipped: evidence.skipped });
    pending = model.look(known(look.seq), look.at);
    const touchStands = model.state === 'nurturing' && model.enrollment?.suspended === false;
    const onTouch = touchStands && model.enrollment?.step.email !== undefined;
    ahead = onTouch && pending?.what === 'fact' && pending.at > look.at;
  }
  if (pending) throw new Difference(`left undone: ${pending.what} ${pending.detail} of ${iso(pending.at)}`);
  const left = model.against(facts, evidence.endedAt);
  if (left) throw new Difference(`asleep: ${left.what} ${left.detail} of ${iso(left.at)} is due`);
  if (model.state !== evidence.state) throw new Difference(`is ${evidence.state}, the model says ${model.state}`);
  return [];
}

/** A claim is a look too: what is stored by then and stops the touch has to stop it. */
function checkClaim(
  model: ReferenceModel,
  { step, visit, at }: Look,
  facts: readonly StressFact[],
  pending: Due | undefined,
): void {
  const what = `touch ${step} ${visit} claimed at ${iso(at)}`;
  const { enrollment } = model;
  if (pending)
    throw new Difference(`${what} although ${pending.what} ${pending.detail} of ${iso(pending.at)} was found`);
  if (!enrollment || model.state !== 'nurturing' || enrollment.suspended)
    throw new Difference(`${what} of a lead that is ${model.state}`);
  const stops = model.against(facts, at);
  const onTouch = enrollment.step.id === step && enrollment.visit === visit;
  if (!onTouch && !(model.touchFollows() && (model.deadline() ?? Number.POSITIVE_INFINITY) <= at))
    throw new Difference(`${what} while the lead stands on ${enrollment.step.id} ${enrollment.visit}`);
  if (stops && !(stops.what === 'timeout' && !onTouch))
    throw new Difference(`${what} although ${stops.what} ${stops.detail} of ${iso(stops.at)} was stored`);
}

interface Outside {
  readonly claims: ReadonlyMap<string, number>;
  readonly look: Look;
  /**
   * What was found lies later than the look that found it, which had waited for the lead's lock: a touch that was due at
   * the look's own instant is tried first, and its claim sends the process back to look again.
   */
  readonly ahead: boolean;
  readonly skipped: LeadEvidence['skipped'];
}

/** What the last look found comes first, then what came from outside: touches, offers, decisions. */
function apply(model: ReferenceModel, pending: Due | undefined, rows: readonly RecordRow[], outside: Outside): void {
  const records = rows.flatMap((row) => {
    const text = sentenceOf(row);
    return text === undefined ? [] : [{ at: row.at, text, row }];
  });
  if (pending && !(outside.ahead && records[0]?.at !== pending.at)) pending.apply();
  for (;;) {
    for (const said of model.said) {
      const record = records.shift();
      if (record?.text !== said.text || record.at !== said.at) {
        const found = record ? `${record.text} at ${iso(record.at)}` : 'nothing';
        throw new Difference(`rev ${outside.look.rev}: ${said.text} at ${iso(said.at)} expected, ${found} found`);
      }
    }
    model.said = [];
    const next = records[0];
    if (!next) return;
    if (!comesFromOutside(model, next, outside))
      throw new Difference(`rev ${outside.look.rev}: ${next.text} at ${iso(next.at)} is unexpected`);
  }
}

function comesFromOutside(
  model: ReferenceModel,
  { at, text, row }: { readonly at: number; readonly text: string; readonly row: RecordRow },
  { claims, look, skipped }: Outside,
): boolean {
  if (row.kind === 'state') {
    const to = String(row.data['to']);
    const allowed: Readonly<Record<string, string>> = {
      offered: 'qualified',
      accepted: 'offered',
      returning: 'offered',
    };
    if (allowed[to] !== model.state || !text.includes(`state ${model.state} `)) return false;
    model.moved(to, at);
    return true;
  }
  const { enrollment } = model;
  if (!enrollment) return false;
  if (model.touchFollows() && at === model.deadline() && at <= look.at) {
    model.goOn(at);
    return true;
  }
  const { id, email } = enrollment.step;
  if (!email) return false;
  const found =
    claims.get(`${id} ${enrollment.visit}`) === at ||
    skipped.some((one) => one.step === id && one.visit === enrollment.visit && one.at === at);
  if (found) model.goOn(at);
  return found;
}
