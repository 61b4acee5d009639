import type { Answers } from './lead-sync.js';

/** Answers as they stand in the history: what holds most of the time is left out, since every sync writes them once. */
export type LeanAnswers = Omit<Answers, 'facts' | 'contactable'> & {
  readonly facts?: Answers['facts'];
  readonly contactable?: false;
};

/**
 * Leaves out what `fullAnswers` puts back. The instant of the sync stays, although the caller chose it: where a task was
 * kept alive by heartbeats, a replay runs the call by a later clock, and only what the history says is the same again.
 */
export function leanAnswers({ facts, contactable, ...rest }: Answers): LeanAnswers {
  return {
    ...rest,
    ...(facts.length === 0 ? {} : { facts }),
    ...(contactable ? {} : { contactable: false }),
  };
}

/** `at`: the instant of the sync as the caller knows it, for answers of an earlier release that do not say it. */
export function fullAnswers({ facts, contactable, ...rest }: LeanAnswers, at?: number): Answers {
  return { ...rest, at: rest.at ?? at, facts: facts ?? [], contactable: contactable ?? true };
}
