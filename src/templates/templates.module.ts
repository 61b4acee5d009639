import { Module } from '@nestjs/common';
import { TemplateRendererService } from './template-renderer.service.js';

/** Rendering; the documents themselves are edited like all others. */
@Module({ providers: [TemplateRendererService], exports: [TemplateRendererService] })
export class TemplatesModule {}
