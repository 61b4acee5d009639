import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { decisionRight } from '../../domain/handoff/decision-rights.js';
import { LinkSigner } from '../integrations/mail/link-signer.js';
import { type Person, PeopleService } from '../people/people.service.js';
import { type HandoffView, HandoffsReadModel } from './handoffs.read-model.js';

export type OpenedLink =
  | { readonly ok: true; readonly person: Person; readonly view: HandoffView }
  | { readonly ok: false; readonly why: 'expired' | 'invalid' | 'not_yours' | 'left' };

/** The signed links of offer mails: whose they are, and which handoff they are about (promise A8). */
@Injectable()
export class OfferLinkService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly signer: LinkSigner,
    private readonly reads: HandoffsReadModel,
    private readonly people: PeopleService,
  ) {}

  async open(token: string): Promise<OpenedLink> {
    const verified = this.signer.verify('decide', token, Date.now());
    if (!verified.ok) return { ok: false, why: verified.why === 'expired' ? 'expired' : 'invalid' };
    const [handoffId, personId] = verified.subject;
    const { manager } = this.dataSource;
    const view = handoffId === undefined ? undefined : await this.reads.byId(manager, handoffId);
    const person = personId === undefined ? undefined : await this.people.byId(manager, personId);
    if (view === undefined || person === undefined) return { ok: false, why: 'invalid' };
    const right = decisionRight({ personId: person.id, teamKey: person.teamKey }, view);
    if (!person.active) return { ok: false, why: 'left' };
    return right === 'decide' ? { ok: true, person, view } : { ok: false, why: 'not_yours' };
  }
}
