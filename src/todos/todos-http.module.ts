import { Module } from '@nestjs/common';
import { TodosController } from './todos.controller.js';
import { TodosReadModel } from './todos.read-model.js';
import { TodosService } from './todos.service.js';

@Module({ controllers: [TodosController], providers: [TodosReadModel, TodosService] })
export class TodosHttpModule {}
