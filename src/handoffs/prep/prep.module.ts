import { Module } from '@nestjs/common';
import { DocumentsModule } from '../../documents/documents.module.js';
import { PrepReadModel } from './prep.read-model.js';
import { PrepService } from './prep.service.js';

/** The checklists of handoffs, for whoever shows them or writes about them. */
@Module({ imports: [DocumentsModule], providers: [PrepReadModel, PrepService], exports: [PrepReadModel, PrepService] })
export class PrepModule {}
