import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { MailMessage } from './mail-message.js';
import { Mailer } from './mailer.js';

type Stage = 'greeting' | 'mail' | 'rcpt' | 'data' | 'body' | 'dot';
/** Text is the reply at that stage; `drop` ends the connection there, `silence` never answers. */
type Script = Partial<Record<Stage, string>>;

class ScriptedServer {
  readonly messages: string[] = [];
  readonly sockets = new Set<Socket>();
  script: Script = {};
  private readonly server: Server = createServer((socket) => this.talk(socket));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private talk(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    let buffer = '';
    let body: string | undefined;
    this.answer(socket, 'greeting', '220 ready');
    socket.on('data', (chunk) => {
      if (body !== undefined) {
        body += chunk.toString('latin1');
        if (this.script.body === 'drop') socket.destroy();
        if (!body.endsWith('\r\n.\r\n')) return;
        // A server that keeps the message and loses the connection has it all the same.
        if (!/^[45]/.test(this.script.dot ?? '')) this.messages.push(body);
        body = undefined;
        this.answer(socket, 'dot', '250 kept');
        return;
      }
      buffer += chunk.toString('latin1');
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (/^(EHLO|RSET|QUIT)/.test(line)) socket.write('250 fine\r\n');
        else if (line.startsWith('MAIL')) this.answer(socket, 'mail', '250 fine');
        else if (line.startsWith('RCPT')) this.answer(socket, 'rcpt', '250 fine');
        else if (line === 'DATA') {
          if (this.script.data === undefined) body = '';
          this.answer(socket, 'data', '354 go on');
        }
      }
    });
  }

  private answer(socket: Socket, stage: Stage, usual: string): void {
    const reply = this.script[stage] ?? usual;
    if (reply === 'drop') socket.destroy();
    else if (reply.startsWith('half ')) socket.end(reply.slice(5));
    else if (reply !== 'silence') socket.write(`${reply}\r\n`);
  }
}

const message: MailMessage = {
  messageId: '01890a5d-ac96-774b-bcce-b302099a8057@kelvara.example',
  from: { name: 'Kelvara', address: 'hello@kelvara.example' },
  to: { name: 'Marek Dvořák', address: 'marek@valves.example' },
  envelopeFrom: 'b-1@kelvara.example',
  subject: 'Your handbook',
  text: 'Here it is.',
  html: '<p>Here it is.</p>',
  unsubscribe: { url: 'https://kelvara.example/u/token', mailto: 'b-1@kelvara.example' },
};

const running: { server: ScriptedServer; mailer: Mailer }[] = [];

async function start(script: Script = {}) {
  const server = new ScriptedServer();
  server.script = script;
  const smtpUrl = await server.listen();
  const mailer = new Mailer({ mail: { smtpUrl, mailboxUrl: null, fromDomain: 'kelvara.example', connections: 5 } });
  running.push({ server, mailer });
  return { server, mailer };
}

afterEach(async () => {
  for (const { server, mailer } of running.splice(0)) {
    mailer.onApplicationShutdown();
    await server.close();
  }
});

describe('Mailer', () => {
  it('delivers one complete mail', async () => {
    const { server, mailer } = await start();
    expect(await mailer.send(message)).toEqual({ outcome: 'accepted', response: '250 kept' });
    expect(server.messages).toHaveLength(1);
    const [mail = ''] = server.messages;
    const unfolded = mail.replace(/\r\n /g, ' ');
    expect(unfolded).toContain(`Message-ID: <${message.messageId}>`);
    expect(unfolded.match(/^List-Unsubscribe:.*$/gm)).toEqual([
      'List-Unsubscribe: <https://kelvara.example/u/token>, <mailto:b-1@kelvara.example>',
    ]);
    expect(unfolded).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  });

  it.each<[Script, string, number | null, boolean]>([
    [{ greeting: '421 busy' }, 'connect', 421, false],
    [{ greeting: 'drop' }, 'connect', null, false],
    [{ mail: '450 later' }, 'mail', 450, false],
    [{ mail: '550 never' }, 'mail', 550, true],
    [{ mail: 'drop' }, 'connect', null, false],
    [{ rcpt: '450 later' }, 'rcpt', 450, false],
    [{ rcpt: '550 no such person' }, 'rcpt', 550, true],
    [{ rcpt: 'drop' }, 'connect', null, false],
    [{ data: '451 later' }, 'data', 451, false],
    [{ data: '554 never' }, 'data', 554, true],
    [{ data: 'drop' }, 'connect', null, false],
    [{ body: 'drop' }, 'connect', null, false],
    [{ dot: '451 later' }, 'dot', 451, false],
    [{ dot: '554 spam' }, 'dot', 554, true],
  ])('knows for certain that nothing was delivered at %j', async (script, stage, code, permanent) => {
    const { server, mailer } = await start(script);
    const long = { ...message, text: 'All about vibration. '.repeat(100_000) };
    const answer = await mailer.send(script.body === undefined ? message : long);
    expect(answer).toMatchObject({ outcome: 'refused', stage, code, permanent });
    expect(server.messages).toEqual([]);
  });

  it.each<Script>([{ dot: 'drop' }, { dot: 'half 25' }, { dot: 'half 550 what' }, { dot: '421 closing' }])(
    'does not know what became of a mail after %j',
    async (script) => {
      const { server, mailer } = await start(script);
      expect(await mailer.send(message)).toMatchObject({ outcome: 'unknown' });
      expect(server.messages.length).toBeLessThanOrEqual(1);
    },
  );

  it('gives up in time: refused before the dot, unknown after it', async () => {
    const quiet = await start({ rcpt: 'silence' });
    expect(await quiet.mailer.send(message, { totalMs: 200 })).toMatchObject({ outcome: 'refused', stage: 'timeout' });
    const slow = await start({ dot: 'silence' });
    expect(await slow.mailer.send(message, { totalMs: 200 })).toMatchObject({ outcome: 'unknown' });
    expect(slow.server.messages).toHaveLength(1);
  });

  it('is refused by a closed port', async () => {
    const { server, mailer } = await start();
    await server.close();
    expect(await mailer.send(message)).toMatchObject({ outcome: 'refused', stage: 'connect', permanent: false });
  });

  it('replaces a pooled connection the server closed, without sending anything twice', async () => {
    const { server, mailer } = await start();
    await mailer.send(message);
    for (const socket of server.sockets) socket.destroy();
    expect(await mailer.send({ ...message, messageId: 'second@kelvara.example' })).toMatchObject({
      outcome: 'accepted',
    });
    expect(server.messages).toHaveLength(2);
  });

  it.each([
    { to: { name: 'x', address: 'marek@valves.example, eve@evil.example' } },
    { to: { name: 'x', address: 'marek@valves.example\r\nRCPT TO:<eve@evil.example>' } },
    { envelopeFrom: '"x"@kelvara.example' },
    { from: { name: 'x', address: 'Kelvara <hello@kelvara.example>' } },
  ])('hands no doubtful address to the server: %j', async (change) => {
    const { server, mailer } = await start();
    expect(await mailer.send({ ...message, ...change })).toMatchObject({ outcome: 'refused', stage: 'address' });
    expect(server.sockets.size).toBe(0);
  });

  it('writes names and subjects into one header line', async () => {
    const { server, mailer } = await start();
    const attack = 'Marek\r\nBcc: eve@evil.example';
    await mailer.send({ ...message, subject: attack, to: { name: attack, address: message.to.address } });
    expect(server.messages[0]).not.toMatch(/^Bcc:/m);
  });
});
