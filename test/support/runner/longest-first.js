import { statSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * The files that take longest, longest first. Jest itself goes by size where it has no times of an earlier run, as in a
 * fresh clone, and would begin short files with long waits when all others are done and a core is idle.
 */
export const LONGEST = [
  'test/chaos/engine-away.test.ts',
  'test/chaos/database-away.test.ts',
  'test/e2e/main-loop-postgres.test.ts',
  'test/imports/import-killed.test.ts',
  'test/workflows/golden-edges.test.ts',
  'test/stress/stress.test.ts',
  'test/e2e/operator.test.ts',
  'test/integration/openapi-matrix.test.ts',
  'test/chaos/touch-faults.test.ts',
  'test/workflows/migrate-cadence.test.ts',
  'test/e2e/main-loop.test.ts',
  'test/workflows/golden-histories.test.ts',
  'test/imports/bulk-lane.test.ts',
  'test/chaos/api-killed.test.ts',
  'test/workflows/fading-negatives.test.ts',
  'test/workflows/leaving-rep.test.ts',
  'test/workflows/ladder-storm.test.ts',
  'test/checks/planted-violations.test.ts',
  'test/workflows/take-in.test.ts',
  'test/workflows/upgrade.test.ts',
  'test/workflows/wait-for-winners.test.ts',
  'test/workflows/old-inputs.test.ts',
  'test/chaos/facts-once.test.ts',
  'test/workflows/rehearsal-sandbox.test.ts',
  'test/workflows/rehearsal.test.ts',
  'test/workflows/frequency-cap.test.ts',
  'test/local-stack/start.test.ts',
  'test/workflows/breaker.test.ts',
];

/** Order of the test files of a run: the longest first, then those that need servers, then specs; large before small. */
export default class LongestFirst {
  #root;

  /** @param {{ globalConfig: { rootDir: string } }} options */
  constructor({ globalConfig }) {
    this.#root = globalConfig.rootDir;
  }

  /** @template {{ path: string }} Test @param {readonly Test[]} tests */
  sort(tests) {
    return tests
      .map((test) => ({ test, rank: this.#rankOf(test.path), size: statSync(test.path).size }))
      .sort((a, b) => a.rank - b.rank || b.size - a.size)
      .map(({ test }) => test);
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}

  /** @param {string} path */
  #rankOf(path) {
    const position = LONGEST.indexOf(relative(this.#root, path));
    if (position >= 0) return position;
    return LONGEST.length + (path.endsWith('.spec.ts') ? 1 : 0);
  }
}
