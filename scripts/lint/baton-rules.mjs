import { restrict } from './restrict.mjs';

const member = (object, property) =>
  `MemberExpression[object.name='${object}']:matches([property.name='${property}'], [property.value='${property}'])`;
const call = (name) => `CallExpression[callee.name='${name}']`;
const methods = (names) => `CallExpression[callee.property.name=/^(${names.join('|')})$/]`;
const valueImport = (modules) =>
  ["ImportDeclaration[importKind!='type']", "ExportNamedDeclaration[exportKind!='type']", 'ImportExpression'].map(
    (node) => `${node}[source.value=/^(node:)?(${modules.join('|')})(\\/.*)?$/]`,
  );

const processEnv = member('process', 'env');
const envByImport = [
  "ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name='env']",
  "ExportNamedDeclaration[source.value=/^(node:)?process$/] ExportSpecifier[local.name='env']",
  "VariableDeclarator[init.name='process'] Property[key.name='env']",
];

const localDateGetters = ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'].flatMap(
  (part) => [`get${part}`, `set${part}`],
);

/** The bans of docs/architecture.md as lint rules; eslint.config.js says where each holds. */
export const batonRules = {
  'env-only-in-config': restrict('Read configuration from src/config, the only reader of process.env.', [
    processEnv,
    ...envByImport,
  ]),
  'env-only-to-config': restrict('Hand process.env whole to the loader of src/config.', [
    `:not(CallExpression[callee.name=/^load[A-Za-z]*Config$/]) > ${processEnv}`,
    ...envByImport,
  ]),
  'no-clock': restrict('Take `now` as an argument: the same function serves live running, rehearsal and explain.', [
    member('Date', 'now'),
    "NewExpression[callee.name='Date'][arguments.length=0]",
    call('Date'),
    member('performance', 'now'),
    member('process', 'hrtime'),
  ]),
  'no-randomness': restrict('Take random values and ids as arguments.', [
    member('Math', 'random'),
    member('crypto', 'randomUUID'),
    member('crypto', 'getRandomValues'),
  ]),
  'no-timers': restrict('Waiting belongs to the workflow.', [
    call('setTimeout'),
    call('setInterval'),
    call('setImmediate'),
    call('queueMicrotask'),
  ]),
  'no-console': restrict(
    'Use the logger of the process (workflows: `log`); console output has no lead, level or time.',
    ["MemberExpression[object.name='console']"],
  ),
  'no-local-zone': restrict('Host zones differ; only domain/time turns instants into calendar time.', [
    methods([...localDateGetters, 'getTimezoneOffset', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']),
    "MemberExpression[object.name='Intl']",
  ]),
  'no-host-zone': restrict('These read the zone of the host; use the UTC getters or a named zone.', [
    methods([...localDateGetters, 'getTimezoneOffset']),
  ]),
  'no-forward-ref': restrict('A circular dependency is a missing third part: move what both need.', [
    call('forwardRef'),
    "ImportSpecifier[imported.name='forwardRef']",
  ]),
  'egress-only-in-integrations': restrict('Calls to the outside leave through src/integrations.', [
    call('fetch'),
    member('globalThis', 'fetch'),
    ...valueImport([
      'http',
      'https',
      'http2',
      'net',
      'tls',
      'dgram',
      'undici',
      'axios',
      'got',
      'node-fetch',
      'nodemailer',
    ]),
  ]),
  'one-egress-client': restrict('HTTP calls to the outside go through src/integrations/webhook/egress-client.ts.', [
    call('fetch'),
    member('globalThis', 'fetch'),
    'NewExpression[callee.name=/^(WebSocket|EventSource|XMLHttpRequest)$/]',
    ...valueImport(['http', 'https', 'http2', 'undici', 'axios', 'got', 'node-fetch']),
  ]),
  'no-export-all': restrict('Name what is exported.', ['ExportAllDeclaration']),
  'no-default-export': restrict('Export by name.', ['ExportDefaultDeclaration']),
  'constructor-size': restrict('More than seven dependencies: split the class.', [
    "MethodDefinition[kind='constructor'] > FunctionExpression[params.length>7]",
  ]),
};
