import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Logger } from 'pino';
import { Public } from '../common/auth/scopes.decorator.js';
import type { HttpReply, HttpRequest } from '../common/http.js';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { EngagementsService } from '../engagements/engagements.service.js';
import { LinkSigner } from '../integrations/mail/link-signer.js';
import { protectLink, sendMessage } from './public-reply.js';
import { type TrackedLink, TouchLinksReadModel } from './touch-links.read-model.js';

/** Tracked links of touches. The target is looked up by the signed id, so no address in the query leads anywhere (A7). */
@ApiExcludeController()
@Controller('t/c')
@Public()
export class ClickController {
  constructor(
    private readonly signer: LinkSigner,
    private readonly links: TouchLinksReadModel,
    private readonly engagements: EngagementsService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get(':token')
  async follow(@Param('token') token: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const now = Date.now();
    const verified = this.signer.verify('click', token, now);
    const [linkId] = verified.ok ? verified.subject : [];
    const link = linkId === undefined ? undefined : await this.links.link(linkId, now);
    if (link === undefined || !/^https?:\/\//i.test(link.url)) {
      sendMessage(
        reply,
        404,
        'Nothing here',
        '<h1>This link leads nowhere</h1><p>It may have been cut off in the mail.</p>',
      );
      return;
    }
    // Programs ask with HEAD, people do not.
    if (request.method === 'GET') await this.record(link);
    protectLink(reply).status(302).header('location', link.url).send();
  }

  private async record(link: TrackedLink): Promise<void> {
    try {
      await this.engagements.ingest([
        {
          source: 'click',
          eventId: uuidV7(),
          lead: { id: link.leadId },
          kind: 'email_click',
          occurredAt: link.leadNow,
          properties: { touch: link.step, link: link.key, url: link.url },
        },
      ]);
    } catch (error) {
      // The person gets where they want to go; nothing was acknowledged, so nothing is lost that was promised.
      this.logger.warn({ err: describeError(error) }, 'a click could not be recorded');
    }
  }
}
