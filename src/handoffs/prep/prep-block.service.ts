import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Markup } from '../../common/markup.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LinkSigner } from '../../integrations/mail/link-signer.js';
import type { ScopePrep } from '../../templates/template-renderer.service.js';
import { openItems, prepButton, prepList } from './prep-items.js';
import { prepUrl } from './prep-link.js';
import { type Prep, PrepService } from './prep.service.js';

const THANKS = 'Everything on your list is done, thank you.';

/** What templates can say of the checklist of a lead that sales has. */
@Injectable()
export class PrepBlockService {
  constructor(
    private readonly preps: PrepService,
    private readonly signer: LinkSigner,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Undefined where there is nothing to prepare. `wallNow`: links are opened by people, whatever the lead's clock says. */
  async of(manager: EntityManager, leadId: string, wallNow: number): Promise<ScopePrep | undefined> {
    const prep = await this.preps.ofLead(manager, leadId);
    return prep && scopeOf(prep, prepUrl(this.signer, this.config.http.baseUrl, prep.row, wallNow));
  }

  /** The same for somebody who looks what a lead would read: the link opens nothing. */
  async preview(manager: EntityManager, leadId: string): Promise<ScopePrep | undefined> {
    const prep = await this.preps.ofLead(manager, leadId);
    return prep && scopeOf(prep, `${this.config.http.baseUrl}/p/preview`);
  }
}

function scopeOf(prep: Prep, url: string): ScopePrep {
  const items = openItems(prep);
  const html = items.length === 0 ? `<p style="margin:0 0 12px">${THANKS}</p>` : prepList(items);
  const lines = items.length === 0 ? [THANKS] : items.map(({ ask }) => `- ${ask}`);
  const block = new Markup(`${html}${prepButton(url)}`, [...lines, '', url].join('\n'));
  return { url, items: items.map(({ ask }) => ask), block };
}
