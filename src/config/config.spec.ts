import { describe, expect, it } from '@jest/globals';
import { NEWEST_LEAD_VERSION } from '../../domain/lead/lead-version.js';
import { loadConfig, loadDatabaseConfig } from './config.js';

const secret = Buffer.alloc(32, 7).toString('base64url');
const minimum = {
  DATABASE_URL: 'postgres://baton@127.0.0.1:5432/baton',
  SMTP_URL: 'smtp://127.0.0.1:2525',
  MAIL_FROM_DOMAIN: 'kelvara.example',
  SIGNING_KEYS: `now:${secret},before:${secret}`,
};

describe('loadConfig', () => {
  it('fills in what has a sensible default', () => {
    const config = loadConfig(minimum);
    expect(config.http).toEqual({ host: '127.0.0.1', port: 4100, baseUrl: 'http://127.0.0.1:4100' });
    expect(config.temporal.namespace).toBe('baton');
    expect(config.signing.keys.map((key) => key.id)).toEqual(['now', 'before']);
    expect(config.signing.keys[0]?.secret).toHaveLength(32);
  });

  it('takes an empty variable as not set', () => {
    expect(loadConfig({ ...minimum, PORT: '', BASE_URL: '' }).http.port).toBe(4100);
  });

  it('names every wrong variable at once', () => {
    const broken = { ...minimum, PORT: 'many', SIGNING_KEYS: 'now:c2hvcnQ', SMTP_URL: undefined };
    expect(() => loadConfig(broken)).toThrow(/PORT[\s\S]*SMTP_URL[\s\S]*SIGNING_KEYS/);
  });

  it('starts leads with the newest version, or with the one that is held back', () => {
    expect(loadConfig(minimum).temporal.leadVersion).toBe(NEWEST_LEAD_VERSION);
    expect(loadConfig({ ...minimum, LEAD_VERSION: '1' }).temporal.leadVersion).toBe(1);
    expect(() => loadConfig({ ...minimum, LEAD_VERSION: String(NEWEST_LEAD_VERSION + 1) })).toThrow(/LEAD_VERSION/);
  });

  it('lets a command that needs the database alone ask for no more', () => {
    expect(loadDatabaseConfig({ DATABASE_URL: minimum.DATABASE_URL })).toEqual({
      url: minimum.DATABASE_URL,
      poolSize: 10,
      timeouts: { connectMs: 5_000, statementMs: 10_000, lockMs: 5_000 },
    });
  });
});
