import { Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import { pageByKey, withKey } from '../common/list-by-key.js';
import type { Page } from '../common/pagination.js';
import { notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { PeopleAdminService } from './people-admin.service.js';
import { presentCalendar } from './people.presenter.js';
import { calendarAnswerSchema, calendarPageSchema, listByKeySchema, putCalendarSchema } from './people.schema.js';

type Answer = z.output<typeof calendarAnswerSchema>;

@ApiTags('Organisation')
@Controller('v1/calendars')
@Scopes('marketing', 'sales', 'admin')
export class CalendarsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly admin: PeopleAdminService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Calendars, by key' })
  @ApiResponse({ status: 200, standardSchema: calendarPageSchema })
  async list(@ZodQuery(listByKeySchema) query: z.output<typeof listByKeySchema>): Promise<Page<Answer>> {
    const calendars = await this.admin.calendars(this.dataSource.manager);
    return pageByKey(calendars, query, (calendar) => calendar.key, presentCalendar);
  }

  @Get(':key')
  @ApiOperation({ summary: 'One calendar' })
  @ApiResponse({ status: 200, standardSchema: calendarAnswerSchema })
  async get(@ZodParam('key', keyField) key: string): Promise<Answer> {
    const calendars = await this.admin.calendars(this.dataSource.manager);
    const calendar = calendars.find((one) => one.key === key);
    if (calendar === undefined) throw notFound();
    return presentCalendar(calendar);
  }

  @Put(':key')
  @Scopes('marketing', 'admin')
  @ApiOperation({ summary: 'Set a calendar' })
  @ApiResponse({ status: 200, standardSchema: calendarAnswerSchema })
  async put(
    @ZodParam('key', keyField) key: string,
    @ZodBody(putCalendarSchema) body: z.output<typeof putCalendarSchema>,
    @Caller() caller: Caller,
  ): Promise<Answer> {
    const { note, ...document } = withKey(key, body);
    const calendar = await inTransaction(this.dataSource, (manager) =>
      this.admin.putCalendar(manager, document, { actorId: caller.personId, now: new Date(), note }),
    );
    return presentCalendar(calendar);
  }
}
