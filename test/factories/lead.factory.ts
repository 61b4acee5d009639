import type { EntityManager } from 'typeorm';
import { insertRows } from '../../src/database/insert-rows.js';
import { uuidV7 } from '../../src/database/uuid-v7.js';
import { EngagementEntity } from '../../src/engagements/engagement.entity.js';
import { LeadEntity } from '../../src/leads/lead.entity.js';

/** A row of a lead in nurture; `accountablePersonId` has to be given. */
export async function insertLead(
  manager: EntityManager,
  over: Partial<LeadEntity> & Pick<LeadEntity, 'accountablePersonId'>,
): Promise<LeadEntity> {
  const id = uuidV7();
  const at = over.createdAt ?? new Date('2026-03-02T09:00:00Z');
  const lead: LeadEntity = {
    id,
    email: `${id}@lead.example`,
    name: 'Marek Dvořák',
    company: 'Ostrava Valves',
    title: null,
    phone: null,
    country: 'DE',
    timeZone: null,
    language: null,
    profile: {},
    tags: [],
    source: 'trade_show',
    campaignKey: null,
    consent: null,
    lastSeq: 0,
    state: 'nurturing',
    custody: 'marketing',
    stateSinceAt: at,
    marketingPersonId: over.accountablePersonId,
    salesPersonId: null,
    rev: 0,
    cursor: 0,
    process: null,
    interest: null,
    nextWakeAt: null,
    score: 0,
    grade: 'D',
    scoreModelVersionId: null,
    clockOffsetMs: 0,
    virtualNowAt: null,
    contactable: true,
    createdAt: at,
    updatedAt: at,
    ...over,
  };
  await insertRows(manager, LeadEntity, [lead]);
  return lead;
}

/** A row of an engagement; the caller counts `seq` up. */
export async function insertEngagement(
  manager: EntityManager,
  over: Partial<EngagementEntity> & Pick<EngagementEntity, 'leadId' | 'seq' | 'kind' | 'at'>,
): Promise<EngagementEntity> {
  const id = uuidV7();
  const engagement: EngagementEntity = {
    id,
    source: 'web',
    eventId: id,
    class: 'human',
    handRaise: false,
    purpose: null,
    occurredAt: over.at,
    receivedAt: over.at,
    properties: {},
    contentHash: id,
    ...over,
  };
  await insertRows(manager, EngagementEntity, [engagement]);
  return engagement;
}
