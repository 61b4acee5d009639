import { Module } from '@nestjs/common';
import { EgressModule } from '../integrations/webhook/egress.module.js';
import { WebhookPostingService } from './webhook-posting.service.js';
import { WebhookRelayService } from './webhook-relay.service.js';

/** What the worker does about webhooks: hand deliveries to the engine and make the calls. */
@Module({
  imports: [EgressModule],
  providers: [WebhookPostingService, WebhookRelayService],
  exports: [WebhookPostingService, WebhookRelayService],
})
export class WebhooksModule {}
