import { Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import {
  IMPORTANT_NOTICES,
  type NoticePreferences,
  OPTIONAL_NOTICES,
  wantsNotice,
} from '../../domain/organisation/notice-preferences.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import { forbidden, notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { noticePreferencesAnswerSchema, putNoticePreferencesSchema } from './notice-preferences.schema.js';
import { NoticePreferencesService } from './notice-preferences.service.js';
import { PeopleService, type Person } from './people.service.js';

type Answer = z.output<typeof noticePreferencesAnswerSchema>;

@ApiTags('Organisation')
@Controller('v1/people/:key/notifications')
@Scopes('marketing', 'sales', 'admin')
export class NoticePreferencesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly people: PeopleService,
    private readonly preferences: NoticePreferencesService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Which notices a person wants by mail; their own key and an admin key' })
  @ApiResponse({ status: 200, standardSchema: noticePreferencesAnswerSchema })
  async get(@ZodParam('key', keyField) key: string, @Caller() caller: Caller): Promise<Answer> {
    const person = await this.person(key, caller);
    return present(person, await this.preferences.of(this.dataSource.manager, person.id));
  }

  @Put()
  @ApiOperation({ summary: 'Choose which notices a person wants by mail; their own key and an admin key' })
  @ApiResponse({ status: 200, standardSchema: noticePreferencesAnswerSchema })
  async put(
    @ZodParam('key', keyField) key: string,
    @ZodBody(putNoticePreferencesSchema) { note, ...chosen }: z.output<typeof putNoticePreferencesSchema>,
    @Caller() caller: Caller,
  ): Promise<Answer> {
    const person = await this.person(key, caller);
    const change = { actorId: caller.personId, now: new Date(), note };
    const stored = await inTransaction(this.dataSource, (manager) =>
      this.preferences.put(manager, person.id, chosen as NoticePreferences, change),
    );
    return present(person, stored);
  }

  private async person(key: string, { personId, scopes }: Caller): Promise<Person> {
    const person = await this.people.byKey(this.dataSource.manager, key);
    if (person === undefined) throw notFound();
    if (person.id === personId || scopes.includes('admin')) return person;
    throw forbidden(`Only a key of ${person.name} and an admin key see and choose which notices ${person.name} gets.`);
  }
}

function present({ id, key, name }: Person, preferences: NoticePreferences): Answer {
  const all = [...IMPORTANT_NOTICES, ...OPTIONAL_NOTICES];
  return {
    person: { id, key, name },
    mail: preferences.mail,
    kinds: { ...preferences.kinds },
    mailed: Object.fromEntries(all.map((kind) => [kind, wantsNotice(kind, preferences)])),
  };
}
