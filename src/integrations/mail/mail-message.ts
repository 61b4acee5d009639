/** A mailbox as data, never a string somebody parses (promise A11). */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** One mail to one mailbox, complete. */
export interface MailMessage {
  /** Without angle brackets: `<touch id>@<domain>`. */
  readonly messageId: string;
  readonly from: Mailbox;
  readonly to: Mailbox;
  /** Address in MAIL FROM, where bounces go. */
  readonly envelopeFrom: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Both ways out in one header, and RFC 8058 one-click. */
  readonly unsubscribe?: { readonly url: string; readonly mailto: string };
}

/** How far the conversation with the mail server came. */
export type MailStage = 'address' | 'connect' | 'greeting' | 'auth' | 'mail' | 'rcpt' | 'data' | 'dot' | 'timeout';

/**
 * What is known afterwards. `refused`: certainly not delivered, so it may be sent again; `permanent` says that the
 * server would answer the same again. `unknown`: the final dot may have reached the server and no answer came back,
 * so it must not be sent again by itself.
 */
export type MailAnswer =
  | { readonly outcome: 'accepted'; readonly response: string }
  | {
      readonly outcome: 'refused';
      readonly stage: MailStage;
      readonly code: number | null;
      readonly permanent: boolean;
      readonly detail: string;
    }
  | { readonly outcome: 'unknown'; readonly detail: string };
