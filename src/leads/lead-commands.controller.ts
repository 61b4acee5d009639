import { randomUUID } from 'node:crypto';
import { Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { sha256, stableJson } from '../common/stable-json.js';
import { leadCommandAnswerSchema } from './lead-answers.schema.js';
import { LeadCommandsService } from './lead-commands.service.js';
import { presentLead } from './leads.presenter.js';
import { disqualifyLeadSchema } from './leads.schema.js';

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
  ): Promise<z.output<typeof leadCommandAnswerSchema>> {
    const updateId = sha256(stableJson(['disqualify', id, caller.keyId, key ?? randomUUID()]));
    const done = await this.commands.disqualify(id, { personId: caller.personId, note: body?.note, updateId });
    const lead = presentLead(done.lead, caller);
    return { lead, state: lead.state, at: new Date(done.at).toISOString() };
  }
}
