import { describe, expect, it } from '@jest/globals';
import { importFieldOf, readImportRow } from './read-import-row.js';

const columns = (...fields: (string | null)[]) =>
  fields.map((field, index) => ({ column: `c${index}`, field, guessed: false }));
const defaults = { source: 'list', consentBasis: 'consent', consentAt: '2026-03-11' };
const consent = { basis: 'consent', at: '2026-03-11T00:00:00Z' };

describe('readImportRow', () => {
  it('makes a lead of the cells, with what holds for all of them', () => {
    const row = readImportRow(
      columns('email', 'firstName', 'lastName', 'country', 'language', 'tags', 'externalId', null),
      [' a@b.example ', 'Ada', 'Lang', 'de', 'DE', 'pumps; steel,|', 'KI-1', 'passed over'],
      defaults,
    );
    expect(row).toEqual({
      ok: true,
      lead: {
        ...{ email: 'a@b.example', name: 'Ada Lang', country: 'DE', language: 'de', tags: ['pumps', 'steel'] },
        ...{ externalIds: ['KI-1'], source: 'list', consent },
      },
    });
  });

  it.each([
    ['Consent', 'consent'],
    ['Legitimate interest', 'legitimate_interest'],
    [' legal-obligation ', 'legal_obligation'],
    ['hearsay', 'hearsay'],
  ])('reads the ground %s of a consent as %s', (written, basis) => {
    expect(readImportRow(columns('email', 'consentBasis'), ['a@b.example', written], defaults)).toMatchObject({
      lead: { consent: { basis } },
    });
  });

  it('prefers what the row says itself', () => {
    const fields = columns('email', 'name', 'firstName', 'source', 'consentBasis', 'consentAt', 'consentText');
    const cells = ['a@b.example', 'Ada Lang', 'A.', 'fair', 'contract', '2026-01-02T03:04:05+01:00', 'yes'];
    expect(readImportRow(fields, cells, defaults)).toMatchObject({
      lead: {
        ...{ name: 'Ada Lang', source: 'fair' },
        consent: { basis: 'contract', at: '2026-01-02T03:04:05+01:00', text: 'yes' },
      },
    });
  });

  it('leaves out what is empty', () => {
    const fields = columns('email', 'name', 'profile.plant', 'handRaisePurpose', 'source');
    expect(readImportRow(fields, ['a@b.example', ' ', '', 'words without a kind', ''], defaults)).toEqual({
      ok: true,
      lead: { email: 'a@b.example', source: 'list', consent },
    });
  });

  it('reads numbers where a column has them, and refuses what is none', () => {
    const fields = columns('email', 'profile.employees:number', 'profile.plant');
    expect(readImportRow(fields, ['a@b.example', '-4.5', '12'], defaults)).toMatchObject({
      lead: { profile: { employees: -4.5, plant: '12' } },
    });
    for (const text of ['1,000', '1e3', 'many', '0x10', '1.'])
      expect(readImportRow(fields, ['a@b.example', text, ''], defaults)).toMatchObject({
        problem: { path: 'profile.employees', code: 'invalid_number' },
      });
  });

  it('refuses a row with more or fewer cells than the header', () => {
    for (const cells of [['a@b.example'], ['a@b.example', 'b', 'c']])
      expect(readImportRow(columns('email', 'name'), cells, defaults)).toMatchObject({
        problem: { path: 'row', code: 'wrong_column_count' },
      });
  });
});

describe('importFieldOf', () => {
  it('names the field that people mapped', () => {
    const paths = ['consent', 'consent.at', 'externalIds.0', 'handRaise.kind', 'tags.3', 'profile.plant', 'email'];
    expect(paths.map(importFieldOf)).toEqual([
      ...['consentBasis', 'consentAt', 'externalId', 'handRaiseKind', 'tags', 'profile.plant', 'email'],
    ]);
  });
});
