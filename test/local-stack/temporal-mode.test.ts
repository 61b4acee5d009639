import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModule } from './load-module.js';

interface Mode {
  readonly mode: string;
  readonly address?: string;
}

const { chooseTemporalMode, keepTemporalMode } = await loadModule<{
  chooseTemporalMode: (home: string, options: { temporal?: string }, env: Record<string, string>) => Mode;
  keepTemporalMode: (home: string, mode: Mode) => void;
}>('temporal-mode');

describe('where the workflows of a home live', () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'baton-mode-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const choose = (temporal?: string, env: Record<string, string> = {}): Mode =>
    chooseTemporalMode(home, temporal === undefined ? {} : { temporal }, env);

  it('is a dev server, unless the command line or TEMPORAL_ADDRESS says otherwise', () => {
    expect(choose()).toEqual({ mode: 'dev' });
    expect(choose('postgres', { TEMPORAL_ADDRESS: 'host:7233' })).toEqual({ mode: 'postgres' });
    expect(choose(undefined, { TEMPORAL_ADDRESS: 'host:7233' })).toEqual({ mode: 'address', address: 'host:7233' });
    expect(choose('dev', { TEMPORAL_ADDRESS: 'host:7233' })).toEqual({ mode: 'dev' });
    expect(choose(undefined, { TEMPORAL_ADDRESS: '' })).toEqual({ mode: 'dev' });
  });

  it.each([{ mode: 'dev' }, { mode: 'postgres' }, { mode: 'address', address: 'host:7233' }])(
    'stays as it began: $mode',
    (mode) => {
      keepTemporalMode(home, mode);
      expect(choose()).toEqual(mode);
      expect(choose(mode.address ?? mode.mode)).toEqual(mode);
    },
  );

  it('may find the server that somebody else runs at another address', () => {
    keepTemporalMode(home, { mode: 'address', address: 'host:7233' });
    expect(choose('moved:7233')).toEqual({ mode: 'address', address: 'moved:7233' });
  });

  it.each([
    ['dev', 'postgres', 'its own dev server', '--temporal dev'],
    ['postgres', 'dev', 'the Temporal server on its PostgreSQL', '--temporal postgres'],
    ['postgres', 'host:7233', 'the Temporal server on its PostgreSQL', '--temporal postgres'],
    ['host:7233', 'dev', 'the Temporal server at host:7233', '--temporal host:7233'],
  ])('refuses a change from %s to %s, and says how to start it', (kept, asked, where, how) => {
    keepTemporalMode(home, kept.includes(':') ? { mode: 'address', address: kept } : { mode: kept });
    expect(() => choose(asked)).toThrow(where);
    expect(() => choose(asked)).toThrow(`Start it with ${how}`);
  });

  it('names TEMPORAL_ADDRESS when that is what asks for another server', () => {
    keepTemporalMode(home, { mode: 'postgres' });
    expect(() => choose(undefined, { TEMPORAL_ADDRESS: 'host:7233' })).toThrow('TEMPORAL_ADDRESS=host:7233');
  });

  it('is the dev server for a home that an earlier version began', () => {
    mkdirSync(join(home, 'temporal'));
    writeFileSync(join(home, 'temporal', 'was-ready'), '');
    expect(choose()).toEqual({ mode: 'dev' });
    expect(() => choose('postgres')).toThrow('its own dev server');
  });
});
