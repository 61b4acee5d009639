import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { DocumentsService } from './documents.service.js';

@Module({
  imports: [PeopleModule],
  providers: [DocumentsService],
  exports: [DocumentsService],
})
export class DocumentsModule {}
