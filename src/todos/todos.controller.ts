import { Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import type { HttpRequest } from '../common/http.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { decodeCursor, type Page, pageOf } from '../common/pagination.js';
import { updateIdOf } from '../common/update-id.js';
import { presentTodo } from './todos.presenter.js';
import { TodosReadModel, type TodoView } from './todos.read-model.js';
import { doneTodoSchema, listTodosSchema, type TodoAnswer, todoAnswerSchema, todoPageSchema } from './todos.schema.js';
import { TodosService } from './todos.service.js';

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);
const positionOf = (view: TodoView): [string, string] => [view.createdAt.toISOString(), view.id];

@ApiTags('To-dos')
@Controller('v1/todos')
@Scopes('marketing', 'sales', 'admin')
export class TodosController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: TodosReadModel,
    private readonly todos: TodosService,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'Manual work, asked for by cadences or by a handoff that lacks fields, oldest first: your own unless you say otherwise',
  })
  @ApiResponse({ status: 200, standardSchema: todoPageSchema })
  async list(
    @ZodQuery(listTodosSchema) query: z.output<typeof listTodosSchema>,
    @Caller() caller: Caller,
  ): Promise<Page<TodoAnswer>> {
    const { state, leadId, limit, cursor, assignee } = query;
    const personId = assignee === 'me' ? caller.personId : assignee === 'all' ? undefined : assignee;
    const after = decodeCursor(cursor, cursorSchema);
    const views = await this.reads.list(this.dataSource.manager, { state, personId, leadId, after, limit });
    return pageOf(views, limit, positionOf, presentTodo);
  }

  @Post(':id/done')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Done, with its disposition, which picks the way the lead goes on' })
  @ApiResponse({ status: 200, standardSchema: todoAnswerSchema })
  async done(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(doneTodoSchema) body: z.output<typeof doneTodoSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<TodoAnswer> {
    const done = { personId: caller.personId, note: undefined, ...body, updateId: updateIdOf(request) };
    return presentTodo(await this.todos.done(id, done));
  }
}
