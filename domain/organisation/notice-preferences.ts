import type { NoticeKind } from '../lead/notice-kind.js';

/** Somebody's promise, or a lead's next step, waits for the reader: always mailed. A breach is an escalation. */
export const IMPORTANT_NOTICES = [
  'offer',
  'escalation',
  'return_to_acknowledge',
  'acknowledge_escalation',
  'hand_raise',
  'reply',
  'review',
] as const satisfies readonly NoticeKind[];

/** What a person may do without, since it stands elsewhere too or another notice follows. */
export const OPTIONAL_NOTICES = [
  'reminder',
  'team_owner',
  'expired',
  'passed_on',
  'first_touch_reminder',
  'first_touch_team_owner',
  'queued',
  'touch_held',
  'prep_answered',
  'playbook_over',
  'mention',
] as const satisfies readonly NoticeKind[];
export type OptionalNotice = (typeof OPTIONAL_NOTICES)[number];

/** Which notices a person wants by mail. */
export interface NoticePreferences {
  /** `important`: of the others only those that `kinds` asks for. */
  readonly mail: 'all' | 'important';
  /** What holds for one kind, whatever `mail` says. */
  readonly kinds: Readonly<Partial<Record<OptionalNotice, boolean>>>;
}

export const DEFAULT_PREFERENCES: NoticePreferences = { mail: 'all', kinds: {} };

/** Whether the notice is mailed to a person with these preferences. */
export function wantsNotice(kind: NoticeKind, { mail, kinds }: NoticePreferences): boolean {
  const optional = OPTIONAL_NOTICES.find((one) => one === kind);
  return optional === undefined || (kinds[optional] ?? mail === 'all');
}
