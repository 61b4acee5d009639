import { appendFileSync } from 'node:fs';

/**
 * Writes the run's totals to the file named by BATON_TEST_SUMMARY as one JSON line, so that a caller of several runs can
 * add them up. Suites that could not start (syntax error, failing set-up) count as one failure each.
 */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const path = process.env.BATON_TEST_SUMMARY;
    if (path === undefined || path === '') return;
    const totals = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    appendFileSync(path, `${JSON.stringify(totals)}\n`);
  }
}
