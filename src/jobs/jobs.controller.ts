import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { notFound } from '../common/problem.js';
import { presentJob } from './jobs.presenter.js';
import { JobsReadModel } from './jobs.read-model.js';
import { type JobAnswer, jobAnswerSchema, stopJobSchema } from './jobs.schema.js';
import { JobsService } from './jobs.service.js';

@ApiTags('Jobs')
@Controller('v1/jobs/:id')
@Scopes('marketing', 'admin', 'ops')
export class JobsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: JobsReadModel,
    private readonly jobs: JobsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How far a job is, at which rate, and what has become of its leads' })
  @ApiResponse({ status: 200, standardSchema: jobAnswerSchema })
  async get(@ZodParam('id', z.uuid()) id: string): Promise<JobAnswer> {
    const { manager } = this.dataSource;
    const view = await this.reads.byId(manager, id);
    if (view === undefined) throw notFound();
    return presentJob(view, await this.reads.outcomes(manager, id));
  }

  @Post('stop')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Stop a job: leads that are not dealt with stay as they are; one that is over is left alone',
  })
  @ApiResponse({ status: 200, standardSchema: jobAnswerSchema })
  async stop(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(stopJobSchema) body: z.output<typeof stopJobSchema>,
    @Caller() caller: Caller,
  ): Promise<JobAnswer> {
    const known = await this.jobs.stop(id, { personId: caller.personId, note: body?.note });
    if (!known) throw notFound();
    return this.get(id);
  }
}
