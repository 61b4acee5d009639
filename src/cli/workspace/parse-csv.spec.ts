import { describe, expect, it } from '@jest/globals';
import { parseCsv } from './parse-csv.js';

describe('parseCsv', () => {
  it('reads quotes, commas and line breaks inside fields, with the line each record begins on', () => {
    const text = 'email,note\r\na@b.example,"one, ""two""\nthree"\r\nc@d.example,\r\n';
    expect(parseCsv(text)).toEqual([
      { line: 2, fields: { email: 'a@b.example', note: 'one, "two"\nthree' } },
      { line: 4, fields: { email: 'c@d.example', note: '' } },
    ]);
  });

  it('passes over empty lines and a mark at the beginning', () => {
    expect(parseCsv('\uFEFFa,b\n\n1,2\n\n')).toEqual([{ line: 3, fields: { a: '1', b: '2' } }]);
  });

  it('names the line that does not fit the header', () => {
    expect(() => parseCsv('a,b\n1,2\n3\n')).toThrow('line 3 has 1 fields, the header names 2');
    expect(() => parseCsv('a,b\n"1,2\n')).toThrow('not closed');
  });
});
