import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The browser of this machine: `CHROMIUM_PATH`, or one of the usual names on PATH. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** One page of a real browser with scripts on. */
export interface BrowserPage {
  /** Loads everything on the page and waits until nothing moves any more. */
  open(url: string): Promise<void>;
  /** Runs a script in the page, waits as after `open`, and answers the text the page then shows. */
  run(script: string): Promise<string>;
}

export interface Chromium {
  /** With cookies of its own. */
  newPage(): Promise<BrowserPage>;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

const SETTLE_MS = 400;

/** `from` is the address links name, `to` the one that answers; nothing else can be reached. */
export async function startChromium(path: string, from: string, to: string): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), 'baton-chromium-'));
  const child = spawn(
    path,
    [
      '--headless=new',
      // Tests may run as root.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--user-data-dir=${profile}`,
      `--host-resolver-rules=MAP ${from} ${to},MAP * ~NOTFOUND`,
      '--remote-debugging-pipe',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const stop = (): void => void child.kill('SIGKILL');
  process.on('exit', stop);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const call = callerOf(child);
  const read = async <T>(method: string, params: object, sessionId?: string): Promise<T> =>
    (await call(method, params, sessionId)) as T;
  return {
    async newPage() {
      const { browserContextId } = await read<{ browserContextId: string }>('Target.createBrowserContext', {});
      const { targetId } = await read<{ targetId: string }>('Target.createTarget', {
        url: 'about:blank',
        browserContextId,
      });
      const { sessionId } = await read<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
      const settle = async (): Promise<string> => {
        let [text, before] = ['', 'nothing'];
        while (text !== before) {
          before = text;
          await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
          const expression = `document.readyState + ' ' + location.href + ' ' + (document.body?.innerText ?? '')`;
          const seen = await read<{ result: { value?: string } }>('Runtime.evaluate', { expression }, sessionId);
          text = seen.result.value ?? '';
        }
        return text;
      };
      return {
        async open(url) {
          const { errorText } = await read<{ errorText?: string }>('Page.navigate', { url }, sessionId);
          if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
          await settle();
        },
        async run(script) {
          await call('Runtime.evaluate', { expression: script, userGesture: false }, sessionId);
          return settle();
        },
      };
    },
    async close() {
      process.off('exit', stop);
      await call('Browser.close', {}).catch(stop);
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The DevTools protocol over the pipe: JSON messages that end in a zero byte. */
function callerOf(child: ChildProcess): (method: string, params: object, sessionId?: string) => Promise<unknown> {
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, (message: Message) => void>();
  let [said, id] = ['', 0];
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = `${said}${chunk}`.split('\0');
    said = messages.pop() ?? '';
    for (const text of messages) {
      const message = JSON.parse(text) as Message;
      if (message.id !== undefined) waiting.get(message.id)?.(message);
    }
  });
  child.once('exit', (code) => {
    for (const answer of waiting.values()) answer({ error: { message: `the browser ended with ${code}` } });
  });
  return (method, params, sessionId) =>
    new Promise((resolve, reject) => {
      id += 1;
      waiting.set(id, ({ error, result }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result),
      );
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
}
