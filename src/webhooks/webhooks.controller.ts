import { Controller, Delete, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource, type EntityManager } from 'typeorm';
import type { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { pageByKey } from '../common/list-by-key.js';
import type { Page } from '../common/pagination.js';
import { inTransaction } from '../database/transaction.js';
import { type WebhookEndpoint, WebhookEndpointsService } from './webhook-endpoints.service.js';
import { presentWebhook } from './webhooks.presenter.js';
import {
  changeWebhookSchema,
  createWebhookSchema,
  listWebhooksSchema,
  shownWebhookSchema,
  type WebhookAnswer,
  webhookNoteSchema,
  webhookPageSchema,
  webhookSchema,
} from './webhooks.schema.js';

type Shown = z.output<typeof shownWebhookSchema>;
type Note = z.output<typeof webhookNoteSchema>;
type ChangeOf = { readonly actorId: string; readonly now: Date; readonly note?: string | null | undefined };

const changeOf = (caller: Caller, note?: string | null): ChangeOf => ({
  actorId: caller.personId,
  now: new Date(),
  note,
});

@ApiTags('Operations')
@Controller('v1/webhooks')
@Scopes('ops', 'admin')
export class WebhooksController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly endpoints: WebhookEndpointsService,
  ) {}

  @Post()
  @Idempotent({ redact: ['secret'] })
  @ApiOperation({ summary: 'Register a receiver of webhooks; its secret is shown once' })
  @ApiResponse({ status: 201, standardSchema: shownWebhookSchema })
  async create(
    @ZodBody(createWebhookSchema) { note, ...body }: z.output<typeof createWebhookSchema>,
    @Caller() caller: Caller,
  ): Promise<Shown> {
    return inTransaction(this.dataSource, async (manager) => {
      const { endpoint, secret } = await this.endpoints.create(manager, body, changeOf(caller, note));
      return { webhook: presentWebhook(endpoint), secret };
    });
  }

  @Get()
  @ApiOperation({ summary: 'Receivers of webhooks, by key' })
  @ApiResponse({ status: 200, standardSchema: webhookPageSchema })
  async list(@ZodQuery(listWebhooksSchema) query: z.output<typeof listWebhooksSchema>): Promise<Page<WebhookAnswer>> {
    return pageByKey(await this.endpoints.list(this.dataSource.manager), query, ({ key }) => key, presentWebhook);
  }

  @Get(':key')
  @ApiOperation({ summary: 'One receiver' })
  @ApiResponse({ status: 200, standardSchema: webhookSchema })
  async get(@ZodParam('key', keyField) key: string): Promise<WebhookAnswer> {
    return presentWebhook(await this.endpoints.get(this.dataSource.manager, key));
  }

  @Patch(':key')
  @ApiOperation({ summary: 'Change the address of a receiver, or what it hears of' })
  @ApiResponse({ status: 200, standardSchema: webhookSchema })
  async change(
    @ZodParam('key', keyField) key: string,
    @ZodBody(changeWebhookSchema) { note, ...body }: z.output<typeof changeWebhookSchema>,
    @Caller() caller: Caller,
  ): Promise<WebhookAnswer> {
    return this.answer((manager) => this.endpoints.change(manager, key, body, changeOf(caller, note)));
  }

  @Post(':key/rotate-secret')
  @HttpCode(200)
  @Idempotent({ redact: ['secret'] })
  @ApiOperation({ summary: 'Make a new secret, shown once; the old one signs beside it for a day' })
  @ApiResponse({ status: 200, standardSchema: shownWebhookSchema })
  async rotate(
    @ZodParam('key', keyField) key: string,
    @ZodBody(webhookNoteSchema) body: Note,
    @Caller() caller: Caller,
  ): Promise<Shown> {
    return inTransaction(this.dataSource, async (manager) => {
      const { endpoint, secret } = await this.endpoints.rotate(manager, key, changeOf(caller, body?.note));
      return { webhook: presentWebhook(endpoint), secret };
    });
  }

  @Post(':key/enable')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Send to the receiver again; dead deliveries are replayed one by one' })
  @ApiResponse({ status: 200, standardSchema: webhookSchema })
  async enable(
    @ZodParam('key', keyField) key: string,
    @ZodBody(webhookNoteSchema) body: Note,
    @Caller() caller: Caller,
  ): Promise<WebhookAnswer> {
    return this.answer((manager) => this.endpoints.enable(manager, key, changeOf(caller, body?.note)));
  }

  @Post(':key/disable')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Send nothing to the receiver; what happens meanwhile is not kept for it' })
  @ApiResponse({ status: 200, standardSchema: webhookSchema })
  async disable(
    @ZodParam('key', keyField) key: string,
    @ZodBody(webhookNoteSchema) body: Note,
    @Caller() caller: Caller,
  ): Promise<WebhookAnswer> {
    return this.answer((manager) => this.endpoints.disable(manager, key, changeOf(caller, body?.note)));
  }

  @Delete(':key')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget a receiver and its secret' })
  @ApiResponse({ status: 204, description: 'It is gone' })
  async remove(@ZodParam('key', keyField) key: string, @Caller() caller: Caller): Promise<void> {
    await inTransaction(this.dataSource, (manager) => this.endpoints.remove(manager, key, changeOf(caller)));
  }

  private async answer(change: (manager: EntityManager) => Promise<WebhookEndpoint>): Promise<WebhookAnswer> {
    return presentWebhook(await inTransaction(this.dataSource, change));
  }
}
