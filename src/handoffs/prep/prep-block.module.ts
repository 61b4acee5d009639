import { Module } from '@nestjs/common';
import { MailModule } from '../../integrations/mail/mail.module.js';
import { PrepBlockService } from './prep-block.service.js';
import { PrepModule } from './prep.module.js';

/** The checklist inside mails of cadences. */
@Module({ imports: [MailModule, PrepModule], providers: [PrepBlockService], exports: [PrepBlockService] })
export class PrepBlockModule {}
