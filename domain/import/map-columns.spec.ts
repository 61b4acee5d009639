import { describe, expect, it } from '@jest/globals';
import { mapColumns } from './map-columns.js';

const fieldsOf = (header: string[], mapping = {}) => mapColumns(header, mapping).columns.map(({ field }) => field);
const codesOf = (header: string[], mapping: Record<string, string | null>) =>
  mapColumns(header, mapping).problems.map(({ path, code }) => `${path}: ${code}`);

describe('mapColumns', () => {
  it.each([
    ['E-Mail', 'email'],
    ['E-mail Address', 'email'],
    ['first_name', 'firstName'],
    ['Prénom', 'firstName'],
    ['Last Name', 'lastName'],
    ['Company name', 'company'],
    ['Téléphone', 'phone'],
    ['Phone number', 'phone'],
    ['External ID', 'externalId'],
    ['consent_at', 'consentAt'],
    ['# employees', 'profile.employees:number'],
    ['profile.plant', 'profile.plant'],
    ['Shoe size', undefined],
  ])('takes %s for %s', (header, field) => {
    expect(fieldsOf([header])).toEqual([field ?? null]);
  });

  it('goes by the mapping before it guesses, and passes over what it says is null', () => {
    const { columns, problems } = mapColumns(['Mail', 'Work mail', 'Name'], { 'Work mail': 'email', Name: null });
    expect(problems).toEqual([]);
    expect(columns).toEqual([
      { column: 'Mail', field: null, guessed: true },
      { column: 'Work mail', field: 'email', guessed: false },
      { column: 'Name', field: null, guessed: false },
    ]);
  });

  it('takes the first of two columns that sound alike', () => {
    expect(fieldsOf(['email', 'phone', 'mobile'])).toEqual(['email', 'phone', null]);
  });

  it('says everything that is wrong', () => {
    expect(codesOf(['a', 'a', 'b', 'c'], { b: 'size', c: 'profile.email', z: 'name' })).toEqual([
      'file: repeated_column',
      'mapping.z: unknown_column',
      'mapping.b: unknown_field',
      'mapping.c: unknown_field',
      'mapping: no_email_column',
    ]);
    expect(codesOf(['a', 'b'], { a: 'email', b: 'email' })).toEqual(['mapping.b: repeated_field']);
  });
});
