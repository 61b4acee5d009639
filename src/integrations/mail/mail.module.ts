import { Module } from '@nestjs/common';
import { LinkSigner } from './link-signer.js';
import { Mailer } from './mailer.js';

@Module({ providers: [Mailer, LinkSigner], exports: [Mailer, LinkSigner] })
export class MailModule {}
