import { maskPacket } from '../../domain/handoff/build-packet.js';
import { UNDO_WITHIN_MS } from '../../domain/lead/undo-time.js';
import type { DecidedAnswer, HandoffAnswer } from './handoff.schema.js';
import type { HandoffView } from './handoffs.read-model.js';

/**
 * Whether this person may see how to reach the lead: after acceptance, and only who accepted or was offered it
 * (interface: Accept page).
 */
export function revealsReach(view: HandoffView, personId: string): boolean {
  return view.state === 'accepted' && (personId === view.decidedById || personId === view.assigneeId);
}

/** An allow-list: what is not named here does not leave. */
export function presentHandoff(view: HandoffView, viewerId: string): HandoffAnswer {
  const packet = revealsReach(view, viewerId) ? view.packet : maskPacket(view.packet);
  return {
    id: view.id,
    no: view.no,
    lead: { id: view.leadId, name: view.leadName, company: view.leadCompany },
    state: view.state,
    assignee: { id: view.assigneeId, name: view.assigneeName },
    team: view.teamKey,
    qualifiedBy: view.qualifiedBy,
    ruleId: view.ruleId,
    definition: view.definitionKey === null ? null : { key: view.definitionKey, version: view.definitionVersion ?? 0 },
    packet: { ...packet },
    routing: { sentence: view.routing.sentence ?? '', candidates: view.routing.candidates ?? [] },
    offeredAt: view.offeredAt.toISOString(),
    acceptDueAt: iso(view.acceptDueAt),
    breached: isBreached(view),
    decidedAt: iso(view.decidedAt),
    decidedBy: person(view.decidedById, view.decidedByName),
    decidedVia: view.decidedVia,
    undoUntil: iso(undoableUntil(view, viewerId)),
    reason: view.reason,
    quality: view.quality,
    firstContactBy: iso(view.firstContactBy),
    meetingAt: iso(view.meetingAt),
    firstTouchDueAt: iso(view.firstTouchDueAt),
    firstTouchAt: iso(view.firstTouchAt),
    returnedAt: iso(view.returnedAt),
    acknowledgedAt: iso(view.acknowledgedAt),
    acknowledgedBy: person(view.acknowledgedById, view.acknowledgedByName),
  };
}

export function presentLead(view: HandoffView): DecidedAnswer['lead'] {
  return {
    id: view.leadId,
    name: view.leadName,
    company: view.leadCompany,
    state: view.leadState,
    custody: view.leadCustody,
  };
}

/** Until when this person can undo the decision that stands: theirs, and nothing came after it. */
export function undoableUntil(view: HandoffView, personId: string): Date | null {
  const { state, leadState, decidedAt } = view;
  if (decidedAt === null || view.decidedById !== personId) return null;
  const stands =
    (state === 'accepted' && leadState === 'accepted' && view.returnedAt === null) ||
    (state === 'rejected' && leadState === 'returning' && view.acknowledgedAt === null);
  const until = decidedAt.getTime() + UNDO_WITHIN_MS;
  return stands && leadNow(view, Date.now()) < until ? new Date(until) : null;
}

/** The instant on the lead's clock; `wallNow` for all but leads in virtual time. */
export function leadNow(view: Pick<HandoffView, 'clockOffsetMs' | 'virtualNowAt'>, wallNow: number): number {
  if (view.clockOffsetMs === 0) return wallNow;
  return view.virtualNowAt?.getTime() ?? wallNow + view.clockOffsetMs;
}

/** Decided later than agreed, or not decided although the time is over (semantics: Reports, acceptance breach). */
function isBreached(view: HandoffView): boolean {
  if (view.breachedAt !== null || view.state === 'expired') return true;
  if (view.acceptDueAt === null) return false;
  const decided = view.decidedAt?.getTime() ?? leadNow(view, Date.now());
  return view.state !== 'withdrawn' && decided > view.acceptDueAt.getTime();
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const person = (id: string | null, name: string | null): { id: string; name: string } | null =>
  id === null ? null : { id, name: name ?? '' };
