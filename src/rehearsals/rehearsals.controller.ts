import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import {
  newRehearsalSchema,
  type RehearsalAnswer,
  rehearsalAnswerSchema,
  type RehearsalOrder,
} from './rehearsals.schema.js';
import { RehearsalsService } from './rehearsals.service.js';

@ApiTags('Rehearsals')
@Controller('v1/rehearsals')
@Scopes('marketing', 'admin')
export class RehearsalsController {
  constructor(private readonly rehearsals: RehearsalsService) {}

  @Post()
  @HttpCode(202)
  @Idempotent()
  @ApiOperation({ summary: 'Live a lead through a cadence in virtual time; nothing is sent, no lead is changed' })
  @ApiResponse({ status: 202, standardSchema: rehearsalAnswerSchema })
  async create(@ZodBody(newRehearsalSchema) body: RehearsalOrder, @Caller() caller: Caller): Promise<RehearsalAnswer> {
    return this.rehearsals.create(body, caller.personId);
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far a rehearsal is, and its track once it is done' })
  @ApiResponse({ status: 200, standardSchema: rehearsalAnswerSchema })
  async get(@ZodParam('id', z.uuid()) id: string): Promise<RehearsalAnswer> {
    return this.rehearsals.get(id);
  }
}
