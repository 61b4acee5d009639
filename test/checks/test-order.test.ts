import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { LONGEST } from '../support/runner/longest-first.js';

describe('the test files that begin first', () => {
  it('are there, each named once', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    expect(LONGEST.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
    expect(new Set(LONGEST).size).toBe(LONGEST.length);
  });
});
