import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/config.js';
import { EgressClient, type ResolveHost } from '../../src/integrations/webhook/egress-client.js';
import { status, WebhookReceiver } from '../support/webhook-receiver.js';

const receiver = new WebhookReceiver();
/** Another machine of the same network: the same port on another address. */
const neighbour = new WebhookReceiver();
let asked: string[] = [];

beforeAll(async () => {
  await receiver.open();
  await neighbour.open('127.0.0.2', receiver.ownPort);
});
afterAll(() => Promise.all([receiver.close(), neighbour.close()]));

/** `answers`: what each question about a name is answered with, in turn. */
function client(answers: readonly (readonly string[])[] = [], allowedHosts: readonly string[] = []): EgressClient {
  asked = [];
  const resolve: ResolveHost = async (name) => {
    asked.push(name);
    const found = answers[asked.length - 1] ?? [];
    return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return new EgressClient({ webhooks: { allowedHosts } } as unknown as Config, resolve);
}
const post = (egress: EgressClient, url: string) => egress.post({ url, body: '{"a":1}', headers: { 'x-test': 'yes' } });
const own = (): EgressClient => client([], [receiver.host]);

describe('the way out', () => {
  it('reaches a receiver of the operator and brings what was given', async () => {
    expect(await post(own(), receiver.url('/ok?a=b'))).toEqual({ status: 204, retryAfterMs: undefined });
    const [call] = receiver.of('/ok?a=b');
    expect(call).toMatchObject({ body: '{"a":1}', headers: { 'x-test': 'yes', host: receiver.host } });
  });

  it.each([
    ['http://127.0.0.1/', 'url_refused'],
    ['http://crm.example/', 'url_refused'],
    ['https://crm.example:22/', 'url_refused'],
    ['https://user:word@crm.example/', 'url_refused'],
    ['ftp://crm.example/', 'url_refused'],
    ['https://127.0.0.1/', 'address_refused_loopback'],
    ['https://127.1:8443/', 'address_refused_loopback'],
    ['https://2130706433/', 'address_refused_loopback'],
    ['https://0x7f000001/', 'address_refused_loopback'],
    ['https://0177.0.0.1/', 'address_refused_loopback'],
    ['https://[::1]/', 'address_refused_loopback'],
    ['https://[::ffff:127.0.0.1]/', 'address_refused_ipv4_in_ipv6'],
    ['https://169.254.169.254/latest/meta-data', 'address_refused_link_local'],
    ['https://[fd00:ec2::254]/', 'address_refused_private'],
    ['https://10.0.0.1/', 'address_refused_private'],
    ['https://[64:ff9b::a00:1]/', 'address_refused_nat64'],
  ])('is closed to %s without asking for its name', async (url, error) => {
    expect(await post(client(), url)).toEqual({ error });
    expect(asked).toEqual([]);
    expect(client().refusalOf(url)).toEqual(expect.any(String));
  });

  it.each([
    [['127.0.0.1'], 'address_refused_loopback'],
    [['8.8.8.8', '10.1.2.3'], 'address_refused_private'],
    [['2606:4700::1111', 'fe80::1'], 'address_refused_link_local'],
    [['::ffff:8.8.8.8'], 'address_refused_ipv4_in_ipv6'],
    [[], 'name_not_found'],
  ])('is closed to a name with a single address that is not on the internet: %j', async (addresses, error) => {
    expect(await post(client([addresses]), 'https://crm.example/hook')).toEqual({ error });
    expect(asked).toEqual(['crm.example']);
  });

  it('goes to the address that was checked, whatever the name says a moment later', async () => {
    const name = `crm.internal:${receiver.ownPort}`;
    const rebinding = client([['127.0.0.1'], ['127.0.0.2']], [name]);
    expect(await post(rebinding, `http://${name}/pinned`)).toMatchObject({ status: 204 });
    expect(asked).toEqual(['crm.internal']);
    expect(neighbour.connections).toBe(0);
    expect(receiver.of('/pinned')[0]?.headers['host']).toBe(name);
  });

  it('asks and checks again at the next call', async () => {
    const before = receiver.connections;
    const rebinding = client([['10.0.0.1'], ['127.0.0.1']]);
    expect(await post(rebinding, 'https://crm.example/')).toEqual({ error: 'address_refused_private' });
    expect(await post(rebinding, 'https://crm.example/')).toEqual({ error: 'address_refused_loopback' });
    expect(receiver.connections).toBe(before);
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect: %p', async (code) => {
    receiver.answer(`/from-${code}`, status(code, { location: receiver.url(`/to-${code}`) }));
    expect(await post(own(), receiver.url(`/from-${code}`))).toMatchObject({ status: code });
    expect(receiver.of(`/to-${code}`)).toEqual([]);
  });

  it('reads so much of an answer and no more', async () => {
    let sent = 0;
    let closed = (): void => undefined;
    const cut = new Promise<void>((resolve) => (closed = resolve));
    receiver.answer('/endless', (_call, response) => {
      const chunk = Buffer.alloc(16_384);
      const more = (): void => {
        while (!response.destroyed && sent < 500_000_000 && response.write(chunk)) sent += chunk.length;
      };
      response.writeHead(200);
      response.on('drain', more);
      response.on('close', closed);
      more();
    });
    expect(await post(own(), receiver.url('/endless'))).toMatchObject({ status: 200 });
    await cut;
    // What the sockets of both sides hold comes on top of the cap.
    expect(sent).toBeLessThan(50_000_000);
  });

  it('says what Retry-After asks for, in milliseconds', async () => {
    receiver.answer('/later', status(503, { 'retry-after': '120' }));
    expect(await post(own(), receiver.url('/later'))).toEqual({ status: 503, retryAfterMs: 120_000 });
  });

  it('calls nobody there by its name', async () => {
    const gone = await new WebhookReceiver().open();
    await gone.close();
    const egress = client([], [gone.host]);
    expect(await post(egress, gone.url('/'))).toEqual({ error: 'connection_refused' });
  });

  it('gives up an answer that ends early', async () => {
    receiver.answer('/broken', (_call, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('x', () => response.destroy());
    });
    expect((await post(own(), receiver.url('/broken'))).error).toMatch(/^(connection_lost|answer_cut_off)$/);
  });

  it('gives up a receiver that wants to speak another protocol', async () => {
    receiver.answer('/upgrade', (_call, response) => {
      response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    expect(await post(own(), receiver.url('/upgrade'))).toEqual({ error: 'answer_cut_off' });
  });

  it('cuts a body that drips, an answer that never comes and a name that nobody resolves', async () => {
    const timers: NodeJS.Timeout[] = [];
    receiver.answer('/drip', (_call, response) => {
      response.writeHead(200);
      timers.push(setInterval(() => response.write('.'), 100));
    });
    receiver.answer('/silent', () => undefined);
    const unresolved = new EgressClient(
      { webhooks: { allowedHosts: [] } } as unknown as Config,
      () => new Promise(() => undefined),
    );
    const results = await Promise.all([
      post(own(), receiver.url('/drip')),
      post(own(), receiver.url('/silent')),
      post(unresolved, 'https://crm.example/'),
    ]);
    for (const timer of timers) clearInterval(timer);
    expect(results).toEqual([{ error: 'timed_out' }, { error: 'timed_out' }, { error: 'timed_out' }]);
  });
});
