const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, writeFileSync } = require('node:fs');
const { register } = require('node:module');
const { join } = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');
const { transformFileSync } = require('@swc/core');

/**
 * Loads modules as Node does, once per process. Jest's own runtime loads them anew for each test file: with the frameworks
 * that is 4 seconds of CPU for each that starts a server, and code in a `vm` context stays slow after that, since every
 * global that it names goes through a proxy. The price: what a module keeps outlives the test file (a file must not need
 * that it is the first), there is no `jest` object (mocks and fake timers: `node:test`), and watch mode sees each file once.
 *
 * It has what jest-runner and jest-circus ask of a runtime (`runTest` and `jestAdapter` of version 30).
 */
class NodeRuntime {
  #sourceMaps;

  constructor(config) {
    const [[, , compilerOptions]] = config.transform;
    registerOnce(compilerOptions);
    this.#sourceMaps = new SourceMaps(config.cacheDirectory, compilerOptions);
  }

  /** jest-circus keeps the state of one file: each file gets a new one. */
  requireInternalModule(path) {
    delete globalThis[Symbol.for('EVENT_HANDLERS')];
    delete require.cache[path];
    return require(path);
  }

  requireModule(path) {
    return require(path);
  }

  /** `jest-globals.js` hands them on. */
  setGlobalsForRuntime(globals) {
    globalThis[Symbol.for('baton.jest-globals')] = globals;
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(path) {
    await import(pathToFileURL(path).href);
  }

  getSourceMaps() {
    return this.#sourceMaps;
  }

  getAllCoverageInfoCopy() {
    return undefined;
  }

  enterTestCode() {}
  leaveTestCode() {}
  resetModules() {}
  clearAllMocks() {}
  resetAllMocks() {}
  restoreAllMocks() {}
  teardown() {}
}

/** Path of a source file to that of its source map, which is made when the first stack that names the file is shown. */
class SourceMaps extends Map {
  #folder;
  #compilerOptions;

  constructor(folder, compilerOptions) {
    super();
    this.#folder = join(folder, 'in-process-maps');
    this.#compilerOptions = compilerOptions;
  }

  /** @param {string} name a path, or a `file:` URL as stacks have it */
  get(name) {
    const path = name.startsWith('file:') ? fileURLToPath(name) : name;
    if (!path.endsWith('.ts') || !existsSync(path)) return undefined;
    if (!this.has(path)) {
      const { map } = transformFileSync(path, this.#compilerOptions);
      mkdirSync(this.#folder, { recursive: true });
      const mapPath = join(this.#folder, `${createHash('sha256').update(map).digest('hex')}.map`);
      writeFileSync(mapPath, map);
      this.set(path, mapPath);
    }
    return super.get(path);
  }
}

let registered = false;
function registerOnce(compilerOptions) {
  if (registered) return;
  registered = true;
  register(pathToFileURL(join(__dirname, 'hooks.js')).href, { data: { compilerOptions } });
}

module.exports = NodeRuntime;
