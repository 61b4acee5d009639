import type { z } from 'zod';
import { maskEmail, maskPhone } from '../../domain/handoff/mask-reach.js';
import type { LeadState } from '../../domain/lead/lead-state.js';
import type { Caller } from '../common/auth/caller.js';
import type { leadAnswerSchema } from './lead-answers.schema.js';
import type { LeadView, PersonName } from './leads.read-model.js';

export type LeadAnswer = z.output<typeof leadAnswerSchema>;
type Json = LeadAnswer['profile'][string];

/** Sales has accepted: from here on it may know how to reach the lead. */
const REVEALED: readonly LeadState[] = ['accepted', 'working', 'won'];

export const presentPersonName = ({ id, name }: PersonName): PersonName => ({ id, name });

export const iso = (at: Date | number | null): string | null => (at === null ? null : new Date(at).toISOString());

/**
 * A lead as the caller may see it: who has only sales to do sees phone and address after the acceptance, and of a lead of
 * their own: one that `isTheirs`, or that they sell to.
 */
export function presentLead(
  view: LeadView,
  { scopes, personId }: Pick<Caller, 'scopes' | 'personId'>,
  isTheirs = false,
): LeadAnswer {
  const revealed = REVEALED.includes(view.state) && (isTheirs || view.sales?.id === personId);
  const masked = scopes.every((scope) => scope === 'sales') && !revealed;
  return {
    id: view.id,
    email: masked && view.email !== null ? maskEmail(view.email) : view.email,
    name: view.name,
    company: view.company,
    title: view.title,
    phone: masked && view.phone !== null ? maskPhone(view.phone) : view.phone,
    country: view.country,
    timeZone: view.timeZone,
    language: view.language,
    // Stored from JSON that was checked on its way in.
    profile: view.profile as Record<string, Json>,
    tags: [...view.tags],
    externalIds: [...view.externalIds],
    source: view.source,
    campaign: view.campaign,
    consent: presentConsent(view.consent),
    contactable: view.contactable,
    state: view.state,
    stateSince: view.stateSinceAt.toISOString(),
    custody: view.custody,
    marketing: view.marketing && presentPersonName(view.marketing),
    sales: view.sales && presentPersonName(view.sales),
    accountable: presentPersonName(view.accountable),
    grade: view.grade,
    score: view.score,
    cadence: view.cadence && {
      key: view.cadence.key,
      version: view.cadence.version,
      step: view.cadence.step,
      state: view.cadence.state,
      enrolledAt: new Date(view.cadence.enteredAt).toISOString(),
    },
    nextWakeAt: iso(view.nextWakeAt),
    createdAt: view.createdAt.toISOString(),
    updatedAt: view.updatedAt.toISOString(),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function presentConsent(consent: LeadView['consent']): LeadAnswer['consent'] {
  if (consent === null) return null;
  const { basis, at, text } = consent;
  return { basis: textOf(basis), at: textOf(at), text: typeof text === 'string' ? text : null };
}
