import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EmailStep } from '../../domain/cadence/steps/step-kinds.schema.js';
import { isWithSales } from '../../domain/lead/sales-states.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { uuidV7 } from '../database/uuid-v7.js';
import type { DocumentVersion } from '../documents/documents.service.js';
import { PrepBlockService } from '../handoffs/prep/prep-block.service.js';
import { LinkSigner } from '../integrations/mail/link-signer.js';
import type { Mailbox } from '../integrations/mail/mail-message.js';
import type { Organisation } from '../people/organisation.service.js';
import { PeopleService } from '../people/people.service.js';
import { TemplateRendererService } from '../templates/template-renderer.service.js';
import { type ComposedTouch, composeTouch } from './compose-touch.js';
import { type ClaimContext, type ClaimLead, TouchClaimReadModel } from './touch-claim.read-model.js';

/** A touch that is about to be claimed. */
export interface TouchToCompose {
  readonly touchId: string;
  readonly lead: ClaimLead;
  readonly context: ClaimContext;
  readonly step: EmailStep;
  readonly template: DocumentVersion<'template'>;
  readonly organisation: Organisation;
  readonly address: string;
  readonly linkIds: ReadonlyMap<string, string>;
  /** Epoch milliseconds by the real clock, by which links run out. */
  readonly wallNow: number;
}

/** Writes the mail of a touch. */
@Injectable()
export class TouchComposerService {
  constructor(
    private readonly reads: TouchClaimReadModel,
    private readonly people: PeopleService,
    private readonly preps: PrepBlockService,
    private readonly renderer: TemplateRendererService,
    private readonly signer: LinkSigner,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Throws nothing for a template that can not be filled: the answer says what is missing. */
  async compose(
    manager: EntityManager,
    { lead, context, step, template, organisation, touchId, address, linkIds, wallNow }: TouchToCompose,
  ): Promise<ComposedTouch> {
    const { sender } = organisation;
    const asRep = step.email.from === 'rep' || template.body.from === 'rep';
    return composeTouch(
      {
        touchId,
        lead,
        address,
        campaign: { name: context.campaignName, country: context.campaignCountry },
        sender,
        from: (asRep ? await this.rep(manager, lead) : undefined) ?? { name: sender.name, address: sender.address },
        template: template.body,
        cadenceKey: context.cadenceKey ?? '',
        linkIds,
        // Only then is there a checklist.
        prep: isWithSales(lead.state) ? await this.preps.of(manager, lead.id, wallNow) : undefined,
        baseUrl: this.config.http.baseUrl,
        fromDomain: this.config.mail.fromDomain,
        wallNow,
      },
      this.renderer,
      this.signer,
    );
  }

  private async rep(manager: EntityManager, lead: ClaimLead): Promise<Mailbox | undefined> {
    const id = lead.salesPersonId ?? lead.marketingPersonId;
    const person = id === null ? undefined : await this.people.byId(manager, id);
    return person === undefined ? undefined : { name: person.name, address: person.email };
  }

  /** By key of the link; an attempt repeated keeps its addresses. */
  async linkIds(
    manager: EntityManager,
    { touchId, template }: Pick<TouchToCompose, 'touchId' | 'template'>,
  ): Promise<Map<string, string>> {
    const known = await this.reads.linkIds(manager, touchId);
    return new Map(Object.keys(template.body.links).map((key) => [key, known.get(key) ?? uuidV7()]));
  }
}
