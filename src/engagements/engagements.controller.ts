import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody } from '../common/body.js';
import { toFieldErrors } from '../common/field-errors.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { type ProblemException, unprocessable } from '../common/problem.js';
import {
  batchAnswerSchema,
  engagementAnswerSchema,
  engagementBatchSchema,
  type NewEngagement,
  newEngagementSchema,
} from './engagements.schema.js';
import { EngagementsService } from './engagements.service.js';
import type { IngestItem, IngestResult } from './ingest-item.js';

type BatchAnswer = z.output<typeof batchAnswerSchema>;
type BatchAnswerItem = BatchAnswer['items'][number];

@ApiTags('Intake')
@Controller('v1/engagements')
@Scopes('intake', 'marketing', 'admin')
export class EngagementsController {
  constructor(private readonly engagements: EngagementsService) {}

  @Post()
  @HttpCode(202)
  @Idempotent()
  @ApiOperation({ summary: 'Something a lead did; durable before the answer, counted once per (source, eventId)' })
  @ApiResponse({ status: 202, standardSchema: engagementAnswerSchema })
  async one(
    @ZodBody(newEngagementSchema) body: NewEngagement,
    @Caller() caller: Caller,
  ): Promise<z.output<typeof engagementAnswerSchema>> {
    const [result] = await this.engagements.ingest([toItem(body)], caller);
    if (result === undefined) throw new Error('The lane answered nothing');
    if (result.result === 'refused') throw result.problem;
    return {
      engagementId: result.engagementId,
      duplicate: result.result === 'duplicate',
      conflict: result.conflict,
      class: result.class,
    };
  }

  @Post('batch')
  @HttpCode(202)
  @Idempotent()
  @ApiOperation({ summary: 'Up to 1,000 at once; each is stored, a duplicate, or refused with its problem' })
  @ApiResponse({ status: 202, standardSchema: batchAnswerSchema })
  async batch(
    @ZodBody(engagementBatchSchema) body: z.output<typeof engagementBatchSchema>,
    @Caller() caller: Caller,
  ): Promise<BatchAnswer> {
    const parsed = body.items.map((item) => newEngagementSchema.safeParse(item));
    const good = parsed.flatMap((item) => (item.success ? [toItem(item.data)] : []));
    const results = (await this.engagements.ingest(good, caller)).values();
    return {
      items: parsed.map((item, index) => {
        if (item.success) return answerOf(item.data.eventId, results.next().value);
        return refusal(eventIdOf(body.items[index]), unprocessable(toFieldErrors(item.error.issues)));
      }),
    };
  }
}

const toItem = (body: NewEngagement): IngestItem => ({ ...body, occurredAt: new Date(body.occurredAt) });

const refusal = (eventId: string | null, problem: ProblemException): BatchAnswerItem => ({
  eventId,
  result: 'refused',
  problem: problem.toDocument(),
});

function answerOf(eventId: string, result: IngestResult | undefined): BatchAnswerItem {
  if (result === undefined) throw new Error('The lane answered too little');
  if (result.result === 'refused') return refusal(eventId, result.problem);
  return { eventId, result: result.result, engagementId: result.engagementId, conflict: result.conflict };
}

/** Also of an item that is refused, so that the caller knows which. */
function eventIdOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null || !('eventId' in item)) return null;
  return typeof item.eventId === 'string' ? item.eventId : null;
}
