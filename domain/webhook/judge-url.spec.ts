import { describe, expect, it } from '@jest/globals';
import { judgeUrl, type UrlParts } from './judge-url.js';

const url = (parts: Partial<UrlParts>): UrlParts => ({
  protocol: 'https:',
  username: '',
  password: '',
  hostname: 'crm.example',
  port: 0,
  hash: '',
  ...parts,
});

describe('where a webhook may go', () => {
  it.each([
    [{}, 443],
    [{ port: 443 }, 443],
    [{ port: 8443 }, 8443],
  ])('to https on a port of the list: %j', (parts, port) => {
    expect(judgeUrl(url(parts), [])).toEqual({ own: false, port });
  });

  it.each([
    [{ protocol: 'http:' }, 'https'],
    [{ protocol: 'ftp:' }, 'https://'],
    [{ protocol: 'file:', hostname: '' }, 'https://'],
    [{ port: 22 }, 'port 443'],
    [{ port: 80 }, 'port 443'],
    [{ username: 'a' }, 'user'],
    [{ password: 'b' }, 'password'],
    [{ hash: '#x' }, '#'],
  ])('nowhere else: %j', (parts, named) => {
    expect(judgeUrl(url(parts), [])).toMatchObject({ own: false, refused: expect.stringContaining(named) });
  });

  it('to receivers of the operator by any port and without TLS, by host and port', () => {
    const allowed = ['127.0.0.1:9000', 'crm.internal:80'];
    const own = url({ protocol: 'http:', hostname: '127.0.0.1', port: 9000 });
    expect(judgeUrl(own, allowed)).toEqual({ own: true, port: 9000 });
    expect(judgeUrl(url({ protocol: 'http:', hostname: 'crm.internal' }), allowed)).toEqual({ own: true, port: 80 });
    expect(judgeUrl({ ...own, port: 9001 }, allowed).refused).toContain('WEBHOOK_ALLOWED_HOSTS');
    expect(judgeUrl({ ...own, protocol: 'gopher:' }, allowed).refused).toBeDefined();
  });
});
