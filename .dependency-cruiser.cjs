// Who may import whom: the table of docs/architecture.md, one rule or more per row, each refused in a test.
const spec = '\\.spec\\.ts$';
const npm = (...names) => `(?:^|/)node_modules/(?:@types/)?(?:${names.join('|')})/`;
const foundation = '^src/(?:config|database|temporal|common|integrations)/';
const feature = '^src/(?!(?:config|database|temporal|common|integrations|cli)/)([^/]+)/';
const root = '^src/(?:main|worker)\\.ts$';
// What the roots and the tests start: composes, decides nothing.
const composition = '^src/(?:main|worker|worker-host|sandbox-host)\\.ts$';

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    // domain/
    forbid(
      'domain-imports-domain-only',
      'The core is pure: it imports itself, and zod in schemas.',
      { path: '^domain/', pathNot: spec },
      { pathNot: ['^domain/', npm('zod')] },
    ),
    forbid(
      'domain-zod-in-schemas-only',
      'Parsing stays at the edge of the core.',
      { path: '^domain/', pathNot: [spec, '\\.schema\\.ts$'] },
      { path: npm('zod') },
    ),
    forbid(
      'domain-specs-stay-in-domain',
      'A spec of the core that needs a shell is a test of the shell.',
      { path: `^domain/.*${spec}` },
      { path: '^(?:src|workflows|activities|web|test)/' },
    ),
    // workflows/contracts/
    forbid(
      'contracts-allow-list',
      'Contracts name things; they are imported by every side.',
      { path: '^workflows/contracts/', pathNot: spec },
      { pathNot: ['^domain/', '^workflows/contracts/', npm('@temporalio/workflow')] },
    ),
    forbid(
      'contracts-domain-types-only',
      'Contracts use the types of the core, not its functions.',
      { path: '^workflows/contracts/', pathNot: spec },
      { path: '^domain/', dependencyTypesNot: ['type-only'] },
    ),
    // workflows/
    forbid(
      'workflows-allow-list',
      'What a workflow imports is loaded into the sandbox.',
      { path: '^workflows/', pathNot: ['^workflows/contracts/', spec] },
      { pathNot: ['^domain/', '^workflows/', '^activities/contracts/', npm('@temporalio/workflow')] },
    ),
    forbid(
      'workflows-no-facts-or-calendars',
      'Scores, conditions and calendars are computed where the facts are, in syncLead and ingest.',
      { path: '^workflows/', pathNot: spec },
      { path: '^domain/(?:time|scoring|condition)/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'workflows-activity-types-only',
      'Activities are called by proxy; loading them would pull I/O into the sandbox.',
      { path: '^workflows/', pathNot: spec },
      { path: '^activities/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'workflows-no-schema-values',
      'Definitions are parsed before they enter the sandbox.',
      { path: '^workflows/', pathNot: spec },
      { path: '\\.schema\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    // activities/
    forbid(
      'activities-allow-list',
      'An activity is a thin adapter over a service.',
      { path: '^activities/', pathNot: spec },
      {
        pathNot: [
          '^domain/',
          '^workflows/contracts/',
          '^activities/',
          '^src/.*\\.service\\.ts$',
          '^src/(?:common|integrations)/',
          npm('@temporalio/activity', '@temporalio/common'),
        ],
        dependencyTypesNot: ['type-only'],
      },
    ),
    forbid(
      'activities-no-workflow-code',
      'Activities and workflows meet in the contracts.',
      { path: '^activities/' },
      { path: '^workflows/', pathNot: '^workflows/contracts/' },
    ),
    forbid(
      'activities-no-controllers',
      'A controller is the twin of an activity, not its helper.',
      { path: '^activities/' },
      { path: '\\.(?:controller|presenter)\\.ts$' },
    ),
    forbid(
      'activity-contracts-are-pure',
      'Workflows read them: JSON-safe types over the core only.',
      { path: '^activities/contracts/', pathNot: spec },
      { pathNot: ['^domain/', '^activities/contracts/', '^workflows/contracts/'] },
    ),
    // src/<feature>/
    forbid(
      'src-no-activities',
      'Services are called by activities, never the other way.',
      { path: '^src/', pathNot: composition },
      { path: '^activities/' },
    ),
    forbid(
      'src-no-workflow-code',
      'Workflow code runs in the sandbox only; talk to it through the contracts.',
      { path: '^src/' },
      { path: '^workflows/', pathNot: '^workflows/contracts/' },
    ),
    forbid(
      'features-meet-in-services',
      "Another feature's entity, repository and presenter are its own business.",
      { path: feature },
      { path: '^src/[^/]+/', pathNot: ['^src/$1/', foundation, '\\.(?:service|read-model|module)\\.ts$'] },
    ),
    forbid(
      'foundation-meets-features-in-services',
      'The foundation knows features by their services; the database alone lists entities.',
      { path: foundation, pathNot: ['^src/database/', spec] },
      { path: feature, pathNot: '\\.(?:service|read-model|module)\\.ts$' },
    ),
    // src/main.ts, src/worker.ts
    forbid(
      'roots-have-no-business-logic',
      'A composition root composes.',
      { path: composition },
      { path: '^domain/', dependencyTypesNot: ['type-only'] },
    ),
    forbid('nobody-imports-roots', 'A composition root starts a process when loaded.', {}, { path: root }),
    // web/
    forbid(
      'web-imports-domain-and-client-only',
      'The page talks to the API; it shares the core and nothing else.',
      { path: '^web/' },
      { path: '^(?:src|activities|workflows|scripts|test|bench)/' },
    ),
    forbid('nobody-imports-web', 'The page is a leaf.', { pathNot: '^web/' }, { path: '^web/' }),
    // everywhere
    forbid('no-cycles', 'domain ← contracts ← workflows, domain ← src ← activities ← worker.', {}, { circular: true }),
    forbid(
      'no-barrels',
      'Only the sandbox entry is an index.',
      {},
      {
        path: '(?:^|/)index\\.tsx?$',
        pathNot: ['^workflows/index\\.ts$', '(?:^|/)node_modules/'],
      },
    ),
    forbid(
      'product-no-tests',
      'Tests know the product, not the other way.',
      { path: '^(?:domain|workflows|activities|src|web)/', pathNot: spec },
      { path: ['^test/', '^bench/', spec] },
    ),
    forbid(
      'product-no-dev-packages',
      'What the product needs at run time is a dependency.',
      { path: '^(?:domain|workflows|activities|src)/', pathNot: spec },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
    forbid('all-imports-resolve', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: '(?:^|/)node_modules/' },
    exclude: { path: '^(?:dist|\\.dist-[^/]*|coverage|\\.baton)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
