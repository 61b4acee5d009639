import { describe, expect, it } from '@jest/globals';
import { type LinkKind, LINKS, LinkSigner } from './link-signer.js';

const key = (id: string, fill: number) => ({ id, secret: Buffer.alloc(32, fill) });
const signer = (...keys: ReturnType<typeof key>[]) => new LinkSigner({ signing: { keys } });

const touch = '01890a5d-ac96-774b-bcce-b302099a8057';
const person = '01890a5d-ac96-774b-bcce-b302099a8058';
const now = Date.UTC(2026, 3, 21, 8);
const later = now + 60_000;

describe('LinkSigner', () => {
  const one = signer(key('k1', 1));

  it('gives back the subject it signed', () => {
    expect(one.verify('decide', one.sign('decide', [touch, person], later), now)).toEqual({
      ok: true,
      subject: [touch, person],
      expiresAt: later,
    });
  });

  it('stays short enough for a line of a mail', () => {
    expect(one.sign('click', [touch], later).length).toBeLessThanOrEqual(60);
  });

  it('opens only what it was made for', () => {
    const kinds = Object.keys(LINKS) as LinkKind[];
    for (const made of kinds) {
      for (const used of kinds) {
        expect(one.verify(used, one.sign(made, [touch], later), now).ok).toBe(made === used);
      }
    }
  });

  it('tells expired from forged', () => {
    const token = one.sign('click', [touch], later);
    expect(one.verify('click', token, later)).toEqual({ ok: false, why: 'expired' });
    const [id, , subject, mac] = token.split('.');
    const prolonged = [id, Math.floor(later / 1000 + 9999).toString(36), subject, mac].join('.');
    expect(one.verify('click', prolonged, now)).toEqual({ ok: false, why: 'invalid' });
  });

  it('refuses every changed character', () => {
    const token = one.sign('unsubscribe', [touch], later);
    for (let index = 0; index < token.length; index++) {
      const other = token[index] === 'A' ? 'B' : 'A';
      const changed = `${token.slice(0, index)}${other}${token.slice(index + 1)}`;
      expect(one.verify('unsubscribe', changed, now)).toEqual({ ok: false, why: 'invalid' });
    }
  });

  it.each(['', '.', '...', 'k1.x.y.z', 'k1..', 'x'.repeat(10_000)])('refuses %j', (token) => {
    expect(one.verify('click', token, now)).toEqual({ ok: false, why: 'invalid' });
  });

  it('signs with the first key and verifies with all: keys rotate', () => {
    const before = signer(key('old', 1)).sign('click', [touch], later);
    const rotated = signer(key('new', 2), key('old', 1));
    expect(rotated.verify('click', before, now).ok).toBe(true);
    expect(rotated.sign('click', [touch], later)).toMatch(/^new\./);
    expect(signer(key('new', 2)).verify('click', before, now)).toEqual({ ok: false, why: 'invalid' });
  });

  it('makes an envelope sender that fits into a local part and survives folded case', () => {
    const local = one.bounceLocalPart(touch);
    expect(local).toMatch(/^b-[0-9a-f]{32}-[0-9a-f]{16}$/);
    expect(local.length).toBeLessThanOrEqual(64);
  });
});
