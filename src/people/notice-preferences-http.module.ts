import { Module } from '@nestjs/common';
import { NoticePreferencesController } from './notice-preferences.controller.js';
import { PeopleModule } from './people.module.js';

/** What people choose about their notices; needs nothing but the record. */
@Module({ imports: [PeopleModule], controllers: [NoticePreferencesController] })
export class NoticePreferencesHttpModule {}
