import { Module } from '@nestjs/common';
import { LeadNotesModule } from '../leads/lead-notes.module.js';
import { TodosController } from './todos.controller.js';
import { TodosReadModel } from './todos.read-model.js';
import { TodosService } from './todos.service.js';

@Module({
  imports: [LeadNotesModule],
  controllers: [TodosController],
  providers: [TodosReadModel, TodosService],
  exports: [TodosService],
})
export class TodosHttpModule {}
