import { describe, expect, it } from '@jest/globals';
import type { NoticeKind } from '../lead/notice-kind.js';
import { DEFAULT_PREFERENCES, IMPORTANT_NOTICES, OPTIONAL_NOTICES, wantsNotice } from './notice-preferences.js';

/** Does not compile while a kind of notice is in neither list. */
const inNeither: Exclude<NoticeKind, (typeof IMPORTANT_NOTICES)[number] | (typeof OPTIONAL_NOTICES)[number]>[] = [];

describe('which notices are mailed', () => {
  it('is said for every kind, and for none twice', () => {
    const all = [...IMPORTANT_NOTICES, ...OPTIONAL_NOTICES, ...inNeither];
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(18);
  });

  it('is all of them for who never said anything', () => {
    for (const kind of [...IMPORTANT_NOTICES, ...OPTIONAL_NOTICES]) {
      expect([kind, wantsNotice(kind, DEFAULT_PREFERENCES)]).toEqual([kind, true]);
    }
  });

  it.each([
    ['an important one to who wants only those', 'offer', 'important', {}, true],
    ['no reminder to who wants only important ones', 'reminder', 'important', {}, false],
    ['a mention to who asked for it besides', 'mention', 'important', { mention: true }, true],
    ['no mention to who wants all but those', 'mention', 'all', { mention: false }, false],
    ['a reminder to who wants all but mentions', 'reminder', 'all', { mention: false }, true],
  ] as const)('is %s', (_what, kind, mail, kinds, wanted) => {
    expect(wantsNotice(kind, { mail, kinds })).toBe(wanted);
  });
});
