import { Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { leadCommandAnswerSchema } from './lead-answers.schema.js';
import { orderOf, presentDone } from './lead-commands.presenter.js';
import {
  enrollLeadSchema,
  pauseLeadSchema,
  removeFromCadenceSchema,
  resumeLeadSchema,
} from './lead-commands.schema.js';
import { LeadCommandsService } from './lead-commands.service.js';

type Answer = z.output<typeof leadCommandAnswerSchema>;

/** Orders about the cadences of one lead. */
@ApiTags('One lead')
@Controller('v1/leads/:id')
@Scopes('marketing', 'admin')
export class LeadCadenceCommandsController {
  constructor(private readonly commands: LeadCommandsService) {}

  @Post('enroll')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Put a lead in nurture into a cadence by hand; what it is in meanwhile goes on after' })
  @ApiResponse({ status: 200, standardSchema: leadCommandAnswerSchema })
  async enroll(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(enrollLeadSchema) body: z.output<typeof enrollLeadSchema>,
    @Caller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<Answer> {
    const order = orderOf('enroll', id, caller, key, body.note);
    return presentDone(await this.commands.enroll(id, body.cadence, order), caller);
  }

  @Post('pause')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Stop the cadences of a lead, its remaining time kept' })
  @ApiResponse({ status: 200, standardSchema: leadCommandAnswerSchema })
  async pause(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(pauseLeadSchema) body: z.output<typeof pauseLeadSchema>,
    @Caller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<Answer> {
    const order = orderOf('pause', id, caller, key, body?.note);
    return presentDone(await this.commands.pause(id, order), caller);
  }

  @Post('resume')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Let a paused lead go on, with its remaining time or as the policy says' })
  @ApiResponse({ status: 200, standardSchema: leadCommandAnswerSchema })
  async resume(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(resumeLeadSchema) body: z.output<typeof resumeLeadSchema>,
    @Caller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<Answer> {
    const order = orderOf('resume', id, caller, key, body?.note);
    return presentDone(await this.commands.resume(id, body?.policy ?? 'shift', order), caller);
  }

  @Post('remove-from-cadence')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Take a lead out of a cadence; by itself it does not enter that one again' })
  @ApiResponse({ status: 200, standardSchema: leadCommandAnswerSchema })
  async removeFromCadence(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(removeFromCadenceSchema) body: z.output<typeof removeFromCadenceSchema>,
    @Caller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<Answer> {
    const order = orderOf('remove-from-cadence', id, caller, key, body?.note);
    return presentDone(await this.commands.removeFromCadence(id, body?.cadence, order), caller);
  }
}
