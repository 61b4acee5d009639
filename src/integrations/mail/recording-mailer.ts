import type { MailAnswer, MailMessage } from './mail-message.js';
import type { Mailer } from './mailer.js';

/** Takes every mail and sends none: the ledger of touches is the record of them. It has no connection to anything. */
export class RecordingMailer implements Pick<Mailer, 'send'> {
  send(message: MailMessage): Promise<MailAnswer> {
    return Promise.resolve({ outcome: 'accepted', response: `recorded ${message.messageId}` });
  }
}
