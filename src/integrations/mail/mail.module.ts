import { Module } from '@nestjs/common';
import { LinkSigner } from './link-signer.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Mailer } from './mailer.js';
import { RecordingMailer } from './recording-mailer.js';

const mailer = {
  provide: Mailer,
  inject: [CONFIG],
  useFactory: (config: Config): Pick<Mailer, 'send'> =>
    config.mail.recordOnly ? new RecordingMailer() : new Mailer(config),
};

@Module({ providers: [mailer, LinkSigner], exports: [Mailer, LinkSigner] })
export class MailModule {}
