import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodParam } from '../common/body.js';
import { notFound } from '../common/problem.js';
import { explainAnswerSchema } from './lead-answers.schema.js';
import { type ExplainedLead, LeadExplainService } from './lead-explain.service.js';
import { iso, presentPersonName } from './leads.presenter.js';

type Answer = z.output<typeof explainAnswerSchema>;

@ApiTags('One lead')
@Controller('v1/leads/:id/explain')
@Scopes('marketing', 'sales', 'admin')
export class LeadExplainController {
  constructor(private readonly explain: LeadExplainService) {}

  @Get()
  @ApiOperation({ summary: 'Why a lead is where it is, what it waits for and what would move it' })
  @ApiResponse({ status: 200, standardSchema: explainAnswerSchema })
  async get(@ZodParam('id', z.uuid()) id: string): Promise<Answer> {
    const explained = await this.explain.explain(id, new Date());
    if (explained === undefined) throw notFound();
    return present(explained);
  }
}

const present = ({ explanation, rule, score, accountable, workflow }: ExplainedLead): Answer => ({
  state: explanation.state,
  sentence: explanation.sentence,
  because: [...explanation.because],
  waitsFor: {
    kinds: [...explanation.waitsFor.kinds],
    until: iso(explanation.waitsFor.until),
    sentence: explanation.waitsFor.sentence,
  },
  wouldMove: [...explanation.wouldMove],
  rule: rule && { id: rule.id, definition: rule.definition, version: rule.version },
  score: {
    grade: score.grade,
    engagement: score.engagement,
    items: score.items.map(({ ruleId, points, now, at, engagementId, capped }) => ({
      ruleId,
      points,
      now,
      at: new Date(at).toISOString(),
      engagementId,
      capped,
    })),
  },
  nextWakeAt: iso(explanation.nextWakeAt),
  accountable: presentPersonName(accountable),
  workflow: { id: workflow.id, uiUrl: workflow.uiUrl },
});
