import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { chooseChecklist } from '../../../domain/handoff/prep/choose-checklist.js';
import { ANOTHER_TIME, type PrepChecklist, type PrepItem } from '../../../domain/handoff/prep/prep-policy.schema.js';
import { isWithSales } from '../../../domain/lead/sales-states.js';
import { DocumentsService } from '../../documents/documents.service.js';
import { type KeptPrepAnswer, PrepReadModel, type PrepRow } from './prep.read-model.js';

/** Where the two have said when they meet, the lead may say that it would rather meet at another time. */
const ASKS_FOR_ANOTHER_TIME: PrepItem = {
  ...{ key: ANOTHER_TIME, ask: 'Would another time suit you better?', kind: 'obstacle', owner: 'rep' },
};

/** The checklist of a handoff with what the lead has said about it. */
export interface Prep {
  readonly row: PrepRow;
  readonly checklist: PrepChecklist;
  readonly answers: readonly KeptPrepAnswer[];
}

/** Which checklist a handoff has: the one of the version it fell under, whatever is published since. */
@Injectable()
export class PrepService {
  constructor(
    private readonly reads: PrepReadModel,
    private readonly documents: DocumentsService,
  ) {}

  /** Of the handoff by which sales has the lead; undefined where it has none, or its handoff has no checklist. */
  async ofLead(manager: EntityManager, leadId: string): Promise<Prep | undefined> {
    const handoffId = await this.reads.acceptedOf(manager, leadId);
    const prep = handoffId === undefined ? undefined : await this.of(manager, handoffId);
    return prep && isToPrepare(prep) ? prep : undefined;
  }

  /** Undefined for a handoff that has none, or of a lead that was erased. */
  async of(manager: EntityManager, handoffId: string): Promise<Prep | undefined> {
    const row = await this.reads.handoff(manager, handoffId);
    if (row === undefined || row.versionId === null) return undefined;
    const policy = await this.documents.load(manager, 'prep', row.versionId);
    const checklist = policy && chooseChecklist(policy.body, row.handRaiseKind);
    if (checklist === undefined) return undefined;
    // Checklists published before the key was reserved may have an item of their own by it.
    const isOwn = checklist.items.some(({ key }) => key === ANOTHER_TIME);
    const items = row.meetingAt === null || isOwn ? checklist.items : [...checklist.items, ASKS_FOR_ANOTHER_TIME];
    return { row, checklist: { ...checklist, items }, answers: await this.reads.answers(manager, handoffId) };
  }
}

/** Whether sales has the lead, so that there is something to prepare. */
export const isToPrepare = ({ row: { state, returnedAt, leadState } }: Prep): boolean =>
  state === 'accepted' && returnedAt === null && isWithSales(leadState);
