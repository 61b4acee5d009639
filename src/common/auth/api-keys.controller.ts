import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { inTransaction } from '../../database/transaction.js';
import { AuditService } from '../audit/audit.service.js';
import { ZodBody, ZodParam, ZodQuery } from '../body.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { decodeCursor, type Page, pageOf } from '../pagination.js';
import { forbidden, notFound, unprocessable } from '../problem.js';
import type { ApiKeyEntity } from './api-key.entity.js';
import {
  apiKeyPageSchema,
  type apiKeySchema,
  createApiKeySchema,
  createdApiKeySchema,
  listApiKeysSchema,
  revokeApiKeySchema,
} from './api-keys.schema.js';
import { ApiKeysService } from './api-keys.service.js';
import { Caller, type Scope } from './caller.js';
import { Scopes } from './scopes.decorator.js';

type ApiKeyAnswer = z.output<typeof apiKeySchema>;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** What may be shown of a key: never its hash. */
const present = (row: ApiKeyEntity): ApiKeyAnswer => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  personId: row.personId,
  scopes: row.scopes as Scope[],
  createdAt: row.createdAt.toISOString(),
  expiresAt: iso(row.expiresAt),
  revokedAt: iso(row.revokedAt),
  lastUsedAt: iso(row.lastUsedAt),
});

@ApiTags('Operations')
@Controller('v1/api-keys')
@Scopes('ops', 'admin')
export class ApiKeysController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly apiKeys: ApiKeysService,
    private readonly audit: AuditService,
  ) {}

  @Post()
  @Idempotent({ redact: ['token'] })
  @ApiOperation({ summary: 'Make a key for a person; the token is shown once' })
  @ApiResponse({ status: 201, standardSchema: createdApiKeySchema })
  async create(
    @ZodBody(createApiKeySchema) body: z.output<typeof createApiKeySchema>,
    @Caller() caller: Caller,
  ): Promise<z.output<typeof createdApiKeySchema>> {
    // Else a key for operations could make itself one for everything.
    if (body.scopes.includes('admin') && !caller.scopes.includes('admin')) {
      throw forbidden('Only a key with the scope admin makes another one.');
    }
    const now = new Date();
    const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
    if (expiresAt !== null && expiresAt <= now) {
      throw unprocessable([{ path: 'expiresAt', code: 'in_the_past', message: 'This instant is over' }]);
    }
    return inTransaction(this.dataSource, async (manager) => {
      if (!(await this.apiKeys.personExists(manager, body.personId))) {
        throw unprocessable([{ path: 'personId', code: 'unknown_person', message: 'There is no such person' }]);
      }
      const { token, row } = await this.apiKeys.create(manager, { ...body, expiresAt }, now);
      await this.audit.record(
        manager,
        {
          actorId: caller.personId,
          action: 'api_key.create',
          subjectKind: 'api_key',
          subjectId: row.id,
          data: { personId: row.personId, scopes: row.scopes },
          note: body.note ?? null,
        },
        now,
      );
      return { apiKey: present(row), token };
    });
  }

  @Get()
  @ApiOperation({ summary: 'Keys, newest first' })
  @ApiResponse({ status: 200, standardSchema: apiKeyPageSchema })
  async list(@ZodQuery(listApiKeysSchema) query: z.output<typeof listApiKeysSchema>): Promise<Page<ApiKeyAnswer>> {
    const position = decodeCursor(query.cursor, z.tuple([z.iso.datetime(), z.uuid()]));
    const before = position === undefined ? undefined : { createdAt: new Date(position[0]), id: position[1] };
    const rows = await this.apiKeys.list(query.limit + 1, before);
    return pageOf(rows, query.limit, (row) => [row.createdAt.toISOString(), row.id], present);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'End a key; it stops working everywhere within a second' })
  @ApiResponse({ status: 200, standardSchema: createdApiKeySchema.shape.apiKey })
  async revoke(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(revokeApiKeySchema) body: z.output<typeof revokeApiKeySchema>,
    @Caller() caller: Caller,
  ): Promise<ApiKeyAnswer> {
    const now = new Date();
    return inTransaction(this.dataSource, async (manager) => {
      const row = await this.apiKeys.revoke(manager, id, now);
      if (row === undefined) throw notFound();
      await this.audit.record(
        manager,
        {
          actorId: caller.personId,
          action: 'api_key.revoke',
          subjectKind: 'api_key',
          subjectId: id,
          note: body?.note ?? null,
        },
        now,
      );
      return present(row);
    });
  }
}
