import { Module } from '@nestjs/common';
import { ImportsController } from './imports.controller.js';
import { ImportsModule } from './imports.module.js';
import { UploadGuard } from './upload.guard.js';

@Module({ imports: [ImportsModule], controllers: [ImportsController], providers: [UploadGuard] })
export class ImportsHttpModule {}
