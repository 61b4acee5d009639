import { describe, expect, it } from '@jest/globals';
import { csvLine } from './csv-line.js';

describe('csvLine', () => {
  it('writes texts, numbers and nothing, and quotes what needs it', () => {
    expect(csvLine([12, 'a', null, 'b, "c"', 'two\nlines', ' d'])).toBe('12,a,,"b, ""c""","two\nlines"," d"\r\n');
  });

  it.each(['=1+1', '+49 30 1', '-2', '@SUM(A1)', '\t=1', ' =cmd()', '\u00a0=1', '\r=1', '＝1', '  ＋1'])(
    'disarms %j',
    (text) => {
      expect(csvLine([text])).toBe(`"'${text}"\r\n`);
    },
  );

  it('leaves alone what only has such a character further on', () => {
    expect(csvLine(['a=b', 'x@y.example', 'x-y'])).toBe('a=b,x@y.example,x-y\r\n');
  });

  it('leaves numbers of its own as they are', () => {
    expect(csvLine([-3])).toBe('-3\r\n');
  });
});
