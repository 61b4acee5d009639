import { Module } from '@nestjs/common';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookDeliveriesReadModel } from './webhook-deliveries.read-model.js';
import { WebhookEndpointsModule } from './webhook-endpoints.module.js';
import { WebhookReplayService } from './webhook-replay.service.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  imports: [WebhookEndpointsModule],
  controllers: [WebhooksController, WebhookDeliveriesController],
  providers: [WebhookDeliveriesReadModel, WebhookReplayService],
})
export class WebhooksHttpModule {}
