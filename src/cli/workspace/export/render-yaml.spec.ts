import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { renderYaml } from './render-yaml.js';

describe('renderYaml', () => {
  it('puts what is short on one line and gives each part of what is long a line', () => {
    const long = 'a text of more than fifty characters, so that two of them are long';
    expect(
      renderYaml({ key: 'x', window: { days: ['mon'], from: '09:00' }, exits: [{ reason: long }, { reason: long }] }),
    ).toBe(
      [
        'key: x',
        'window: { days: [ mon ], from: "09:00" }',
        'exits:',
        `  - { reason: "${long}" }`,
        `  - { reason: "${long}" }`,
        '',
      ].join('\n'),
    );
  });

  it('quotes what older YAML reads as something else than text', () => {
    expect(renderYaml({ country: 'NO', other: 'off', at: '10:30', not: 'CH' })).toBe(
      'country: "NO"\nother: "off"\nat: "10:30"\nnot: CH\n',
    );
  });

  it('is read back as it was, whatever it holds: 1,000 values', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '',
        ' ',
        '~',
        'null',
        '-',
        '- a',
        '# b',
        'a: b',
        '1e3',
        '0x1f',
        '*a',
        '&a',
        '!x',
        'a\n',
        '\n b\n\n',
        '\t',
        '"',
        "'",
        '\u00a0',
        '\u2028',
        'y'.repeat(200),
      ),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        text,
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 5 }),
        fc.dictionary(text, tie('value'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(text, value, { maxKeys: 6 }), (document) => {
        const plain = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
        const read = parseDocument(renderYaml(plain));
        expect(read.errors).toEqual([]);
        expect(read.toJS()).toEqual(plain);
      }),
      { seed: 20_261_128, numRuns: 1_000 },
    );
  });
});
