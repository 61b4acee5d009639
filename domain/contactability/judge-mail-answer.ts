import { noticeIsTriedAgain, touchIsTriedAgain } from './mail-retry.js';

/** What is known after a mail was handed to a mail server, as far as it decides what becomes of it. */
export type KnownMailAnswer =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'refused'; readonly stage: string; readonly permanent: boolean };

/**
 * `sent`; `in_doubt`: it may have arrived, so it never goes again by itself; `no_recipient`: nobody is there to have it;
 * `given_up`: this very mail was refused too often; `try_again`.
 */
export type MailVerdict = 'sent' | 'in_doubt' | 'no_recipient' | 'given_up' | 'try_again';

const IS_TRIED_AGAIN = { touch: touchIsTriedAgain, notice: noticeIsTriedAgain } as const;

/** What becomes of a claimed mail, whichever ledger it stands in. `attempts` before this one; mails about checklists are as patient as touches. */
export function judgeMailAnswer(
  answer: KnownMailAnswer,
  { ledger, attempts }: { readonly ledger: keyof typeof IS_TRIED_AGAIN; readonly attempts: number },
): MailVerdict {
  if (answer.outcome === 'accepted') return 'sent';
  if (answer.outcome === 'unknown') return 'in_doubt';
  const { stage, permanent } = answer;
  if (stage === 'address' || (stage === 'rcpt' && permanent)) return 'no_recipient';
  return IS_TRIED_AGAIN[ledger]({ stage, permanent, attempts: attempts + 1 }) ? 'try_again' : 'given_up';
}
