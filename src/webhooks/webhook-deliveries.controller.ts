import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { decodeCursor, type Page, pageOf } from '../common/pagination.js';
import { notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { type DeliveryView, WebhookDeliveriesReadModel } from './webhook-deliveries.read-model.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { WebhookReplayService } from './webhook-replay.service.js';
import { presentDelivery } from './webhooks.presenter.js';
import {
  type DeliveryAnswer,
  deliveryPageSchema,
  deliverySchema,
  listDeliveriesSchema,
  webhookNoteSchema,
} from './webhooks.schema.js';

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);
const positionOf = (view: DeliveryView): [string, string] => [view.createdAt.toISOString(), view.id];

@ApiTags('Operations')
@Controller('v1/webhooks')
@Scopes('ops', 'admin')
export class WebhookDeliveriesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly endpoints: WebhookEndpointsService,
    private readonly reads: WebhookDeliveriesReadModel,
    private readonly replays: WebhookReplayService,
  ) {}

  @Get(':key/deliveries')
  @ApiOperation({ summary: 'What was sent to a receiver, newest first: `state=dead` lists what it never took' })
  @ApiResponse({ status: 200, standardSchema: deliveryPageSchema })
  async list(
    @ZodParam('key', keyField) key: string,
    @ZodQuery(listDeliveriesSchema) query: z.output<typeof listDeliveriesSchema>,
  ): Promise<Page<DeliveryAnswer>> {
    const { state, limit, cursor } = query;
    const before = decodeCursor(cursor, cursorSchema);
    const { manager } = this.dataSource;
    const { id: endpointId } = await this.endpoints.get(manager, key);
    const views = await this.reads.list(manager, { endpointId, state, before, limit });
    return pageOf(views, limit, positionOf, presentDelivery);
  }

  @Post('deliveries/:id/replay')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Send a dead or delivered one again, with the same webhook-id' })
  @ApiResponse({ status: 200, standardSchema: deliverySchema })
  async replay(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(webhookNoteSchema) body: z.output<typeof webhookNoteSchema>,
    @Caller() caller: Caller,
  ): Promise<DeliveryAnswer> {
    return inTransaction(this.dataSource, async (manager) => {
      await this.replays.replay(manager, id, { actorId: caller.personId, now: new Date(), note: body?.note });
      const view = await this.reads.byId(manager, id);
      if (view === undefined) throw notFound();
      return presentDelivery(view);
    });
  }
}
