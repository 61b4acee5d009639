import { Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { leadCommandAnswerSchema } from './lead-answers.schema.js';
import {
  disqualifyLeadSchema,
  eraseLeadSchema,
  offerLeadSchema,
  reopenLeadSchema,
  withdrawLeadSchema,
} from './lead-commands.schema.js';
import { orderOf, presentDone as present } from './lead-commands.presenter.js';
import { LeadCommandsService } from './lead-commands.service.js';

type Answer = z.output<typeof leadCommandAnswerSchema>;

@ApiTags('One lead')
@Controller('v1/leads/:id')
@Scopes('marketing', 'admin')
export class LeadCommandsController {
  constructor(private readonly commands: LeadCommandsService) {}

  @Post('disqualify')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'End a lead in marketing’s hands' })
  @ApiResponse({ status: 200, standardSchema: leadCommandAnswerSchema })
  async disqualify(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(disqualifyLeadSchema) body: z.output<typeof disqualifyLeadSchema>,
    @Caller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<Answer> {
    const order = orderOf('disqualify', id, caller, key, body?.note);
    return present(await this.commands.disqualify(id, order), caller);
  }

  @Post('offer')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Push a lead in nurture to sales by hand, with a reason; counted apart' })
  @ApiResponse({ status: 200, standardSchema: leadCommandAnswerSchema })
  async offer(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(offerLeadSchema) body: z.output<typeof offerLeadSchema>,
    @Caller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<Answer> {
    return present(await this.commands.push(id, orderOf('offer', id, caller, key, body.reason)), caller);
  }

  @Post('withdraw')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Take back what is on its way to sales; the cadence goes on where it stood' })
  @ApiResponse({ status: 200, standardSchema: leadCommandAnswerSchema })
  async withdraw(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(withdrawLeadSchema) body: z.output<typeof withdrawLeadSchema>,
    @Caller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<Answer> {
    return present(await this.commands.withdraw(id, orderOf('withdraw', id, caller, key, body?.note)), caller);
  }

  @Post('reopen')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Start a disqualified lead again where it stood, with a reason' })
  @ApiResponse({ status: 200, standardSchema: leadCommandAnswerSchema })
  async reopen(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(reopenLeadSchema) body: z.output<typeof reopenLeadSchema>,
    @Caller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<Answer> {
    return present(await this.commands.reopen(id, orderOf('reopen', id, caller, key, body.reason)), caller);
  }

  @Post('erase')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Forget a lead, at its own wish: its data leave the record, its address stays suppressed' })
  @ApiResponse({ status: 200, standardSchema: leadCommandAnswerSchema })
  async erase(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(eraseLeadSchema) _body: z.output<typeof eraseLeadSchema>,
    @Caller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<Answer> {
    return present(await this.commands.erase(id, orderOf('erase', id, caller, key, undefined)), caller);
  }
}
