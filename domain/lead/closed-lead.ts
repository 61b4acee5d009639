import { isClosed, type LeadState } from './lead-state.js';

/** What its person is told of a lead whose workflow has ended, or ends in this turn; undefined when that is nothing. */
export function noticeOfClosed(
  state: LeadState,
  { kind, handRaise }: { readonly kind: string; readonly handRaise?: boolean },
): 'hand_raise' | 'reply' | undefined {
  if (!isClosed(state) || state === 'erased') return undefined;
  if (handRaise === true) return 'hand_raise';
  return kind === 'email_reply' ? 'reply' : undefined;
}
