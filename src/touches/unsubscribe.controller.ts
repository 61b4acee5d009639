import { Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Public } from '../common/auth/scopes.decorator.js';
import { escapeHtml } from '../common/escape-html.js';
import type { HttpReply } from '../common/http.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { EngagementsService } from '../engagements/engagements.service.js';
import { LinkSigner } from '../integrations/mail/link-signer.js';
import { OrganisationService } from '../people/organisation.service.js';
import { sendMessage } from './public-reply.js';
import { TouchLinksReadModel } from './touch-links.read-model.js';

/**
 * The way out of every mail. GET shows and changes nothing; POST acts at once, from the page's button or from the mail
 * program itself (RFC 8058: no cookies, no redirect, no second question).
 */
@ApiExcludeController()
@Controller('u')
@Public()
export class UnsubscribeController {
  constructor(
    private readonly signer: LinkSigner,
    private readonly links: TouchLinksReadModel,
    private readonly engagements: EngagementsService,
    private readonly organisations: OrganisationService,
    private readonly dataSource: DataSource,
  ) {}

  @Get(':token')
  async show(@Param('token') token: string, @Res() reply: HttpReply): Promise<void> {
    const touch = await this.find(token);
    if (touch === undefined) return notOurs(reply);
    const name = await this.senderName();
    if (touch.suppressed) return done(reply, name);
    sendMessage(
      reply,
      200,
      'Unsubscribe',
      `<h1>No more mails from ${name}?</h1>
<p class="lead">Press the button and we stop. A mail that is already on its way may still arrive.</p>
<form method="post"><button style="min-height:48px;padding:0 1.25rem;font:inherit">Unsubscribe</button></form>`,
    );
  }

  @Post(':token')
  @HttpCode(200)
  async stop(@Param('token') token: string, @Res() reply: HttpReply): Promise<void> {
    const touch = await this.find(token);
    if (touch === undefined) return notOurs(reply);
    let result = await this.record(touch, touch.touchId);
    // The same link again, after somebody lifted the suppression: this is a new wish.
    if (result === 'duplicate' && !touch.suppressed) result = await this.record(touch, `${touch.touchId}/${uuidV7()}`);
    if (result === 'refused') return notOurs(reply);
    done(reply, await this.senderName());
  }

  /** Ingest writes the engagement and the suppression in one transaction. */
  private async record(touch: { leadId: string; step: string; leadNow: Date }, eventId: string): Promise<string> {
    const [result] = await this.engagements.ingest([
      {
        source: 'unsubscribe',
        eventId,
        lead: { id: touch.leadId },
        kind: 'unsubscribed',
        occurredAt: touch.leadNow,
        properties: { touch: touch.step },
      },
    ]);
    return result?.result ?? 'refused';
  }

  private async find(token: string) {
    const now = Date.now();
    const verified = this.signer.verify('unsubscribe', token, now);
    const [touchId] = verified.ok ? verified.subject : [];
    const touch = touchId === undefined ? undefined : await this.links.touch(touchId, now);
    return touch === undefined || touchId === undefined ? undefined : { ...touch, touchId };
  }

  private async senderName(): Promise<string> {
    return escapeHtml((await this.organisations.get(this.dataSource.manager)).sender.name);
  }
}

function done(reply: HttpReply, senderName: string): void {
  const body = `<h1>Done</h1><p class="lead">You get no more mails from ${senderName}.</p>`;
  sendMessage(reply, 200, 'Unsubscribed', body);
}

function notOurs(reply: HttpReply): void {
  sendMessage(
    reply,
    404,
    'Nothing here',
    '<h1>This link is not valid</h1><p>It may have been cut off in the mail.</p>',
  );
}
