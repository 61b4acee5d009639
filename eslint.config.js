import tseslint from 'typescript-eslint';
import { batonRules } from './scripts/lint/baton-rules.mjs';

const product = ['domain/**/*.ts', 'workflows/**/*.ts', 'activities/**/*.ts', 'src/**/*.ts'];
const specs = ['**/*.spec.ts', 'test/**/*.ts', 'bench/**/*.ts'];
const roots = ['src/main.ts', 'src/worker.ts', 'src/cli/*.ts'];
const core = ['domain/**/*.ts', 'workflows/**/*.ts'];

const baton = (...names) => Object.fromEntries(names.map((name) => [`baton/${name}`, 'error']));

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', '.dist-*/', '.baton/', 'coverage/', 'tools/', 'web/dist/'] },
  {
    // A rule that can be switched off in a comment is a wish.
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
    plugins: { baton: { rules: batonRules } },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    rules: {
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'prefer-const': 'error',
      'no-var': 'error',
      eqeqeq: 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...baton('no-forward-ref', 'no-export-all', 'no-default-export', 'constructor-size'),
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true, 'ts-check': false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
    },
  },
  {
    files: product,
    ignores: ['src/config/**', ...roots, ...specs],
    rules: baton('env-only-in-config'),
  },
  {
    files: roots,
    rules: baton('env-only-to-config'),
  },
  {
    files: product,
    ignores: ['src/integrations/**', ...specs],
    rules: baton('egress-only-in-integrations'),
  },
  {
    // http/ serves and asks this deployment's own processes on loopback; nobody configures where.
    files: ['src/integrations/**/*.ts'],
    ignores: ['src/integrations/http/**', 'src/integrations/webhook/egress-client.ts', ...specs],
    rules: baton('one-egress-client'),
  },
  {
    files: product,
    ignores: ['src/cli/**', ...specs],
    rules: baton('no-console'),
  },
  {
    files: core,
    ignores: specs,
    rules: {
      ...baton('no-clock', 'no-randomness', 'no-timers', 'no-host-zone'),
      // Imports of types must be seen as such by the import rules: the sandbox may use types it may not load.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
    },
  },
  {
    files: core,
    ignores: ['domain/time/**', ...specs],
    rules: baton('no-local-zone'),
  },
  {
    // In the sandbox Date.now() is the virtual time of the run; one file adds the lead's clock offset to it.
    files: ['workflows/**/*clock.ts'],
    rules: { 'baton/no-clock': 'off' },
  },
  {
    files: specs,
    rules: {
      // Fakes implement asynchronous interfaces without having anything to await.
      '@typescript-eslint/require-await': 'off',
    },
  },
);
