import { type AppProcess, startAppProcess } from '../support/app-process.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

/** One process of the product, with a line of its own to the engine (the worker) or to its clients (the api). */
export class Member {
  private coming: Promise<void>;
  private process: AppProcess | undefined;
  /** Ends of processes, by kill. */
  kills = 0;

  private constructor(
    readonly name: string,
    private readonly entry: 'main' | 'worker',
    private readonly env: Readonly<Record<string, string>>,
    /** Of a worker: between it and the engine. */
    readonly line: TcpProxy | undefined,
  ) {
    this.coming = this.start();
  }

  static async worker(name: string, env: Readonly<Record<string, string>>): Promise<Member> {
    const [host = '', port = '0'] = (env['TEMPORAL_ADDRESS'] ?? '').split(':');
    const line = await startTcpProxy(host, Number(port));
    const own = { ...named(name, env), TEMPORAL_ADDRESS: `127.0.0.1:${line.port}` };
    return new Member(name, 'worker', own, line);
  }

  static api(name: string, env: Readonly<Record<string, string>>): Member {
    return new Member(name, 'main', named(name, env), undefined);
  }

  /** Until it is at work. */
  async ready(): Promise<AppProcess> {
    await this.coming;
    if (!this.process) throw new Error(`${this.name} is away`);
    return this.process;
  }

  /** Undefined while it is not there. */
  get url(): string | undefined {
    return this.process?.url;
  }

  get said(): string {
    return this.process?.said() ?? '';
  }

  get here(): boolean {
    return this.process?.runs() === true;
  }

  /** `kill -9`, and a new one. What is still on the line is lost. */
  async kill(): Promise<void> {
    const { process } = this;
    if (!process) return;
    this.process = undefined;
    this.kills += 1;
    await process.kill();
    if (this.line) {
      await this.line.cut();
      this.line.pass();
      await this.line.restore();
    }
    this.coming = this.start();
  }

  /** Stands still meanwhile. */
  async freeze(forMs: number): Promise<void> {
    const process = await this.ready();
    process.freeze();
    await new Promise((resolve) => setTimeout(resolve, forMs));
    process.wake();
  }

  async end(): Promise<void> {
    await this.coming.catch(() => undefined);
    await this.process?.kill();
    await this.line?.cut();
  }

  private async start(): Promise<void> {
    this.process = await startAppProcess(this.entry, this.env, 200_000);
  }
}

const named = (name: string, env: Readonly<Record<string, string>>): Record<string, string> => {
  const url = new URL(env['DATABASE_URL'] ?? '');
  url.searchParams.set('application_name', name);
  return { ...env, DATABASE_URL: url.href };
};
