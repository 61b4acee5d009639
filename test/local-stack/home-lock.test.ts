import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModule } from './load-module.js';

interface Lock {
  setUrl(url: string): void;
  release(): void;
}

const { acquireLock } = await loadModule<{
  acquireLock: (
    file: string,
  ) => { ok: true; lock: Lock } | { ok: false; holder: { pid: number; url: string | undefined } };
}>('home-lock');

const module = fileURLToPath(new URL('../../scripts/local-stack/home-lock.mjs', import.meta.url));

/** Takes the lock in a process of its own, prints the result and then stays or ends. */
function takeElsewhere(file: string, stay: boolean): Promise<{ ok: boolean; end: () => Promise<void> }> {
  const script = `
    const { acquireLock } = await import(${JSON.stringify(module)});
    console.log(acquireLock(${JSON.stringify(file)}).ok);
    ${stay ? 'setInterval(() => undefined, 1000);' : "process.kill(process.pid, 'SIGKILL');"}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return new Promise((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => {
      const end = () => {
        child.kill('SIGKILL');
        return ended;
      };
      resolve({ ok: chunk.toString().trim() === 'true', end });
    });
  });
}

describe('the lock of a home', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-lock-'));
    file = join(folder, 'lock.json');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is refused while its holder lives, with pid and address, and free after release', () => {
    const mine = acquireLock(file);
    if (!mine.ok) throw new Error('a fresh home is locked');
    expect(acquireLock(file)).toEqual({ ok: false, holder: { pid: process.pid, url: undefined } });
    mine.lock.setUrl('http://127.0.0.1:4100');
    expect(acquireLock(file)).toEqual({ ok: false, holder: { pid: process.pid, url: 'http://127.0.0.1:4100' } });
    mine.lock.release();
    expect(readdirSync(folder)).toEqual([]);
    expect(acquireLock(file).ok).toBe(true);
  });

  it('is taken over from a process that was killed', async () => {
    const killed = await takeElsewhere(file, false);
    await killed.end();
    expect(killed.ok).toBe(true);
    expect(acquireLock(file).ok).toBe(true);
  });

  it('goes to exactly one of several that find a stale one at the same time', async () => {
    const killed = await takeElsewhere(file, false);
    await killed.end();
    const rivals = await Promise.all(Array.from({ length: 5 }, () => takeElsewhere(file, true)));
    expect(rivals.filter(({ ok }) => ok)).toHaveLength(1);
    await Promise.all(rivals.map(({ end }) => end()));
  });
});
