import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { cadencePauseAnswerSchema, pauseCadenceSchema, resumeCadenceSchema } from './cadence-pauses.schema.js';
import { CadencePausesService, type PausedCadence } from './cadence-pauses.service.js';

type Answer = z.output<typeof cadencePauseAnswerSchema>;

@ApiTags('Definitions')
@Controller('v1/cadences/:key')
@Scopes('marketing', 'admin')
export class CadencePausesController {
  constructor(private readonly pauses: CadencePausesService) {}

  @Post('pause')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Stop a cadence: no touch of it goes out any more, the clocks of those inside stand still' })
  @ApiResponse({ status: 200, standardSchema: cadencePauseAnswerSchema })
  async pause(
    @ZodParam('key', keyField) key: string,
    @ZodBody(pauseCadenceSchema) body: z.output<typeof pauseCadenceSchema>,
    @Caller() { personId }: Caller,
  ): Promise<Answer> {
    return present(await this.pauses.pause(key, { personId, note: body?.note }));
  }

  @Post('resume')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Let a paused cadence go on, with the remaining time of those inside or as the policy says',
  })
  @ApiResponse({ status: 200, standardSchema: cadencePauseAnswerSchema })
  async resume(
    @ZodParam('key', keyField) key: string,
    @ZodBody(resumeCadenceSchema) body: z.output<typeof resumeCadenceSchema>,
    @Caller() { personId }: Caller,
  ): Promise<Answer> {
    return present(await this.pauses.resume(key, body?.policy ?? 'shift', { personId, note: body?.note }));
  }
}

const present = ({ pause, inside }: PausedCadence): Answer => ({
  cadence: pause.cadenceKey,
  paused: pause.resumedAt === null,
  pausedAt: pause.pausedAt.toISOString(),
  resumedAt: pause.resumedAt?.toISOString() ?? null,
  policy: pause.policy,
  inside,
});
