/**
 * The process itself in place of a `vm` context. What a test file or Jest puts into it for that one file is taken back
 * at the end of the file.
 */
export default class ProcessEnvironment {
  global = globalThis;
  #before = {
    console: globalThis.console,
    env: { ...process.env },
    exit: process.exit,
    exitCode: process.exitCode,
    stackTraceLimit: Error.stackTraceLimit,
  };

  getVmContext() {
    return null;
  }

  async setup() {}

  async teardown() {
    globalThis.console = this.#before.console;
    process.exit = this.#before.exit;
    process.exitCode = this.#before.exitCode;
    Error.stackTraceLimit = this.#before.stackTraceLimit;
    for (const name of Object.keys(process.env)) if (!(name in this.#before.env)) delete process.env[name];
    Object.assign(process.env, this.#before.env);
  }
}
