import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Jest refuses a root that does not exist, and a feature's folder may be deleted. */
const present = (folders) => folders.filter((folder) => existsSync(`${root}${folder}`)).map((f) => `<rootDir>/${f}`);

const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2022',
  },
  sourceMaps: true,
};

const shared = {
  rootDir: root,
  // Modules are loaded once per process, not once per test file.
  runtime: '<rootDir>/test/support/runner/runtime.cjs',
  testEnvironment: '<rootDir>/test/support/runner/environment.js',
  injectGlobals: false,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/\\.baton/'],
};

// Jest validates every project's paths even when only another one is selected.
const localStack = existsSync(`${root}test/support/global-setup.js`)
  ? {
      globalSetup: '<rootDir>/test/support/global-setup.js',
      globalTeardown: '<rootDir>/test/support/global-teardown.js',
    }
  : {};

export default {
  maxWorkers: 2,
  // A project's own value is not read; tests on the real stack wait for real mail and timers.
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/support/runner/longest-first.js',
  reporters: ['default', '<rootDir>/test/support/summary-reporter.js'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: present(['domain', 'src', 'activities', 'workflows', 'scripts']),
      testMatch: ['**/*.spec.ts'],
    },
    {
      ...shared,
      displayName: 'integration',
      roots: present(['test']),
      testMatch: ['**/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/replay/', '<rootDir>/test/checks/'],
      ...localStack,
    },
    {
      ...shared,
      displayName: 'replay',
      roots: present(['test/replay']),
      testMatch: ['**/test/replay/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'checks',
      roots: present(['test/checks']),
      testMatch: ['**/test/checks/**/*.test.ts'],
    },
  ].filter((project) => project.roots.length > 0),
};
