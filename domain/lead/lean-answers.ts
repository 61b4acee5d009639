import type { Answers } from './lead-sync.js';

/** Answers as they stand in the history: what holds most of the time is left out, since every sync writes them once. */
export type LeanAnswers = Omit<Answers, 'facts' | 'contactable' | 'at'> & {
  readonly facts?: Answers['facts'];
  readonly contactable?: false;
};

/** Leaves out what `fullAnswers` puts back, and the instant of the sync, which the caller chose itself. */
export function leanAnswers({ facts, contactable, at: _at, ...rest }: Answers): LeanAnswers {
  return {
    ...rest,
    ...(facts.length === 0 ? {} : { facts }),
    ...(contactable ? {} : { contactable: false }),
  };
}

export function fullAnswers({ facts, contactable, ...rest }: LeanAnswers, at?: number): Answers {
  return { ...rest, at, facts: facts ?? [], contactable: contactable ?? true };
}
