import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { cadenceSchema } from '../../../../domain/cadence/cadence.schema.js';
import { orderKeys } from './order-keys.js';

const cadence = z.toJSONSchema(cadenceSchema, { io: 'input', unrepresentable: 'any' });
const keysOf = (value: unknown): string[] => Object.keys(value as object);

describe('orderKeys', () => {
  it('writes the fields of a cadence as its schema names them, down into conditions and options', () => {
    const jumbled = {
      steps: [
        { next: 'b', email: { from: 'brand', template: 't' }, id: 'a' },
        {
          wait_for: {
            timeout: { then: 'c', after: 'P1D' },
            any: [{ then: 'a', when: { value: 1, op: '=', field: 'score' } }],
          },
          id: 'b',
        },
      ],
      name: 'N',
      entry: { all: [{ value: 'DE', field: 'country', op: '=' }] },
      key: 'k',
    };
    const ordered = orderKeys(jumbled, cadence) as typeof jumbled;
    expect(ordered).toEqual(jumbled);
    expect(keysOf(ordered)).toEqual(['key', 'name', 'entry', 'steps']);
    expect(keysOf(ordered.entry.all[0])).toEqual(['field', 'op', 'value']);
    expect(keysOf(ordered.steps[0])).toEqual(['id', 'email', 'next']);
    expect(keysOf(ordered.steps[0]?.email)).toEqual(['template', 'from']);
    expect(keysOf(ordered.steps[1]?.wait_for)).toEqual(['any', 'timeout']);
    expect(keysOf(ordered.steps[1]?.wait_for?.timeout)).toEqual(['after', 'then']);
    expect(keysOf(ordered.steps[1]?.wait_for?.any[0]?.when)).toEqual(['field', 'op', 'value']);
  });

  it('puts names that people choose behind the fields, by code point', () => {
    const schema = z.toJSONSchema(
      z.object({ links: z.record(z.string(), z.object({ a: z.string(), b: z.string() })) }),
    );
    const ordered = orderKeys({ links: { zeta: { b: '1', a: '2' }, Alpha: { a: '3', b: '4' } }, extra: 1 }, schema);
    expect(JSON.stringify(ordered)).toBe('{"links":{"Alpha":{"a":"3","b":"4"},"zeta":{"a":"2","b":"1"}},"extra":1}');
  });
});
