import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import type { CaughtMessage } from '../support/stack.js';

const script = fileURLToPath(new URL('../../scripts/local-stack/mail-catcher.mjs', import.meta.url));

interface Catcher {
  readonly process: ChildProcess;
  readonly mailbox: string;
  readonly smtp: string;
}

/** Runs it alone, as Docker Compose does; port 0 is any free one. */
function startCatcher(dir: string): Promise<Catcher> {
  const child = spawn(process.execPath, [script, '--dir', dir, '--smtp-port', '0', '--http-port', '0']);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the mail catcher ended with ${code}`)));
    child.stdout.once('data', (chunk: Buffer) => {
      const [, mailbox = '', smtp = ''] = /ready: (\S+) and (\S+)/.exec(chunk.toString()) ?? [];
      resolve({ process: child, mailbox, smtp });
    });
  });
}

function stopCatcher({ process: child }: Catcher): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill('SIGTERM');
  });
}

interface SmtpFailure {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

describe('the mail catcher', () => {
  const dir = mkdtempSync(join(tmpdir(), 'baton-mail-'));
  let catcher: Catcher;

  beforeAll(async () => {
    catcher = await startCatcher(dir);
  });

  afterEach(async () => {
    await fetch(`${catcher.mailbox}/api/faults`, { method: 'DELETE' });
    await fetch(`${catcher.mailbox}/api/messages`, { method: 'DELETE' });
  });

  afterAll(async () => {
    await stopCatcher(catcher);
    rmSync(dir, { recursive: true, force: true });
  });

  async function send(to: string, more: object = {}): Promise<SmtpFailure | 'sent'> {
    const transport = createTransport(catcher.smtp);
    try {
      await transport.sendMail({ from: 'Baton <baton@baton.example>', to, subject: 'Hello', text: 'A text', ...more });
      return 'sent';
    } catch (error) {
      return error as SmtpFailure;
    } finally {
      transport.close();
    }
  }

  async function messages(query = ''): Promise<CaughtMessage[]> {
    const response = await fetch(`${catcher.mailbox}/api/messages${query}`);
    return ((await response.json()) as { items: CaughtMessage[] }).items;
  }

  async function fault(body: unknown): Promise<number> {
    const response = await fetch(`${catcher.mailbox}/api/faults`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    return response.status;
  }

  it('shows what was sent, with headers by name and both parts', async () => {
    await send('Ada Lovelace <ada@example.com>', {
      bcc: 'hidden@example.com',
      html: '<p>A <b>text</b></p>',
      subject: 'Grüße – 你好',
      headers: { 'X-Touch': 'touch-1', 'List-Unsubscribe': '<http://127.0.0.1/u/x>' },
    });
    expect(await messages()).toEqual([
      {
        id: expect.any(String),
        from: 'baton@baton.example',
        to: ['ada@example.com'],
        envelope: { from: 'baton@baton.example', to: ['ada@example.com', 'hidden@example.com'] },
        subject: 'Grüße – 你好',
        headers: expect.objectContaining({ 'x-touch': 'touch-1', 'list-unsubscribe': '<http://127.0.0.1/u/x>' }),
        text: expect.stringMatching(/^A text/),
        html: expect.stringContaining('<p>A <b>text</b></p>'),
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    ]);
  });

  it('finds messages by recipient and subject, oldest first, and removes what matches', async () => {
    await send('one@example.com', { subject: 'First' });
    await send('two@example.com', { subject: 'Second' });
    await send('one@example.com', { subject: 'Third' });
    const subjects = async (query: string) => (await messages(query)).map(({ subject }) => subject);
    expect(await subjects('')).toEqual(['First', 'Second', 'Third']);
    expect(await subjects('?to=ONE%40')).toEqual(['First', 'Third']);
    expect(await subjects('?to=one&subject=thi')).toEqual(['Third']);
    await fetch(`${catcher.mailbox}/api/messages?to=one`, { method: 'DELETE' });
    expect(await subjects('')).toEqual(['Second']);
  });

  it.each<[object, SmtpFailure]>([
    [{ stage: 'connect' }, { responseCode: 421 }],
    [
      { stage: 'mail', code: 552 },
      { responseCode: 552, command: 'MAIL FROM' },
    ],
    [
      { stage: 'rcpt', code: 550 },
      { responseCode: 550, command: 'RCPT TO' },
    ],
    [{ stage: 'data' }, { responseCode: 451, command: 'DATA' }],
    [
      { stage: 'data', code: 554 },
      { responseCode: 554, command: 'DATA' },
    ],
  ])('answers as told at %j, once, and keeps nothing', async (body, expected) => {
    expect(await fault(body)).toBe(201);
    expect(await send('a@example.com')).toMatchObject(expected);
    expect(await messages()).toEqual([]);
    expect(await send('a@example.com')).toBe('sent');
    expect(await messages()).toHaveLength(1);
  });

  it('hangs up inside DATA without keeping the message', async () => {
    await fault({ stage: 'data_drop' });
    const failure = await send('a@example.com');
    expect(failure).not.toBe('sent');
    expect(failure).not.toHaveProperty('responseCode');
    expect(await messages()).toEqual([]);
  });

  it('keeps the message and hangs up after the final dot', async () => {
    await fault({ stage: 'after_dot_drop' });
    const failure = await send('a@example.com');
    expect(failure).not.toBe('sent');
    expect(failure).not.toHaveProperty('responseCode');
    expect(await messages()).toHaveLength(1);
  });

  it('keeps the message at once and answers late', async () => {
    await fault({ stage: 'slow', delayMs: 400 });
    let answered = false;
    const sending = send('a@example.com').finally(() => {
      answered = true;
    });
    while ((await messages()).length === 0) expect(answered).toBe(false);
    expect(answered).toBe(false);
    expect(await sending).toBe('sent');
  });

  it('strikes as often as told, and only at the recipient it was told of', async () => {
    await fault([
      { stage: 'rcpt', code: 450, count: 2, to: 'Victim' },
      { stage: 'data', code: 452, to: 'victim@' },
    ]);
    expect(await send('other@example.com')).toBe('sent');
    const codes = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const outcome = await send('victim@example.com');
      codes.push(outcome === 'sent' ? 250 : outcome.responseCode);
    }
    expect(codes).toEqual([450, 450, 452, 250]);
  });

  it('lists the faults that still strike and forgets those of one recipient', async () => {
    await fault([{ stage: 'data', count: 3, to: 'a@' }, { stage: 'connect' }]);
    await fetch(`${catcher.mailbox}/api/faults?to=A%40`, { method: 'DELETE' });
    const response = await fetch(`${catcher.mailbox}/api/faults`);
    expect(await response.json()).toEqual({
      items: [{ id: expect.any(String), stage: 'connect', code: 421, remaining: 1, delayMs: 0, to: null }],
    });
  });

  it.each([
    { stage: 'quit' },
    { stage: 'mail', code: 250 },
    { stage: 'mail', to: 'a@' },
    { stage: 'slow' },
    { stage: 'data', count: 0 },
    { stage: 'data', times: 2 },
  ])('refuses the fault %j', async (body) => {
    expect(await fault(body)).toBe(422);
  });

  it('shows foreign content without running or loading any of it', async () => {
    const evil = '<script>alert(1)</script>';
    await send('a@example.com', { subject: evil, text: evil, html: `${evil}<a href="https://x.example">link</a>` });
    const [message] = await messages();
    const read = async (path: string) => {
      const response = await fetch(`${catcher.mailbox}${path}`);
      return { policy: response.headers.get('content-security-policy'), page: await response.text() };
    };
    for (const path of ['/', `/messages/${message?.id}`]) {
      const { page } = await read(path);
      expect(page).not.toContain(evil);
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    }
    const { policy, page } = await read(`/messages/${message?.id}/body`);
    expect(page).toContain(evil);
    expect(policy).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/);
  });

  it('makes links of the addresses in a text part, without the signs around them', async () => {
    await send('a@example.com', {
      subject: 'Links',
      text: 'Read [http://a.example/x?y=1]. Or (http://b.example/z), now',
    });
    const [message] = await messages();
    const page = await (await fetch(`${catcher.mailbox}/messages/${message?.id}`)).text();
    expect([...page.matchAll(/<a href="(http[^"]*)"/g)].map((match) => match[1])).toEqual([
      'http://a.example/x?y=1',
      'http://b.example/z',
    ]);
  });

  it('answers only under the names of this machine', async () => {
    const status = await new Promise((resolve) => {
      request(`${catcher.mailbox}/api/messages`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(421);
  });

  it('has its messages still after a restart', async () => {
    await send('a@example.com', { subject: 'Before' });
    const before = await messages();
    expect(await stopCatcher(catcher)).toBe(0);
    catcher = await startCatcher(dir);
    await send('a@example.com', { subject: 'After' });
    const [first, second] = await messages();
    expect([first]).toEqual(before);
    expect(second?.subject).toBe('After');
  });
});
