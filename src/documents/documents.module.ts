import { Module } from '@nestjs/common';
import { DocumentsService } from './documents.service.js';

/** Published documents, for everybody who decides by them. */
@Module({ providers: [DocumentsService], exports: [DocumentsService] })
export class DocumentsModule {}
