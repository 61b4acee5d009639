import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../common/audit/audit.service.js';
import type { Change } from '../common/audit/change.js';
import { conflict, forbidden } from '../common/problem.js';
import { insertRows } from '../database/insert-rows.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { PeopleService, type Person } from '../people/people.service.js';
import type { DocumentKind } from './document.entity.js';
import { DocumentSignatureEntity, type SigningSide } from './document-signature.entity.js';

/** The exact draft that is signed. */
interface SignedDraft {
  readonly kind: DocumentKind;
  readonly key: string;
  readonly etag: string;
}

export interface Signature {
  readonly side: SigningSide;
  readonly person: Person;
  readonly signedAt: Date;
}

const SIDES: readonly SigningSide[] = ['marketing', 'sales'];

/** One approver of marketing and one of sales, two different people, sign one exact draft (product: Score and definition). */
@Injectable()
export class DocumentSignaturesService {
  constructor(
    private readonly people: PeopleService,
    private readonly audit: AuditService,
  ) {}

  /** By side. A draft that was edited has another ETag and so none of the signatures before. */
  async of(manager: EntityManager, draft: SignedDraft): Promise<Signature[]> {
    const rows = await manager.findBy(DocumentSignatureEntity, {
      ...{ kind: draft.kind, key: draft.key, draftEtag: draft.etag },
    });
    const people = await this.people.byIds(
      manager,
      rows.map((row) => row.personId),
    );
    return rows
      .flatMap((row) => {
        const person = people.get(row.personId);
        return person === undefined ? [] : [{ side: row.side, person, signedAt: row.signedAt }];
      })
      .sort((a, b) => (a.side < b.side ? -1 : 1));
  }

  /** 403 for who is no approver of that side; 409 when the side is signed or the person signed the other one. */
  async sign(
    manager: EntityManager,
    draft: SignedDraft,
    side: SigningSide,
    change: Change & { readonly actorId: string },
  ): Promise<Signature[]> {
    await this.requireApprover(manager, change.actorId, side);
    const signatures = await this.of(manager, draft);
    const own = signatures.find((signature) => signature.person.id === change.actorId);
    if (own?.side === side) return signatures;
    if (own !== undefined) throw conflict('Two different people sign: you signed the other side.', said(own));
    const other = signatures.find((signature) => signature.side === side);
    if (other !== undefined) throw conflict(`${other.person.name} has signed for ${side} already.`, said(other));
    const row: DocumentSignatureEntity = {
      id: uuidV7(),
      kind: draft.kind,
      key: draft.key,
      draftEtag: draft.etag,
      side,
      personId: change.actorId,
      signedAt: change.now,
    };
    await insertRows(manager, DocumentSignatureEntity, [row]);
    await this.audit.record(
      manager,
      {
        ...{ actorId: change.actorId, action: 'document.sign', subjectKind: draft.kind, subjectId: draft.key },
        ...{ data: { side, etag: draft.etag }, note: change.note ?? null },
      },
      change.now,
    );
    return this.of(manager, draft);
  }

  /** 409 that names the sides still to sign. */
  async requireBoth(manager: EntityManager, draft: SignedDraft): Promise<void> {
    const signed = (await this.of(manager, draft)).map((signature) => signature.side);
    const open = SIDES.filter((side) => !signed.includes(side));
    if (open.length === 0) return;
    throw conflict(`This draft still has to be signed by an approver of ${open.join(' and one of ')}.`, {
      unsigned: open,
    });
  }

  private async requireApprover(manager: EntityManager, personId: string, side: SigningSide): Promise<void> {
    const person = await this.people.byId(manager, personId);
    if (person?.active !== true || !person.roles.includes('approver')) {
      throw forbidden('Only a person with the role approver can sign.');
    }
    const team = person.teamKey === null ? undefined : await this.people.team(manager, person.teamKey);
    if (team?.side !== side) throw forbidden(`${person.name} is not of ${side} and can not sign for it.`);
  }
}

const said = ({ side, person, signedAt }: Signature) => ({
  side,
  by: { id: person.id, key: person.key, name: person.name },
  at: signedAt.toISOString(),
});
