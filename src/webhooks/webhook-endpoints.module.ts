import { Module } from '@nestjs/common';
import { EgressModule } from '../integrations/webhook/egress.module.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';

/** Receivers as people register them. */
@Module({ imports: [EgressModule], providers: [WebhookEndpointsService], exports: [WebhookEndpointsService] })
export class WebhookEndpointsModule {}
