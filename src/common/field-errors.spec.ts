import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { toFieldErrors } from './field-errors.js';

const errorsOf = (schema: z.ZodType, value: unknown) => {
  const result = schema.safeParse(value);
  return result.success ? [] : toFieldErrors(result.error.issues).map(({ path, code }) => `${path}: ${code}`);
};

describe('toFieldErrors', () => {
  it('names one error per unknown key and tells missing from wrong', () => {
    const schema = z.strictObject({ a: z.string(), b: z.number(), list: z.array(z.strictObject({ c: z.int() })) });
    expect(errorsOf(schema, { b: 'x', list: [{ c: 1 }, { c: 1.5, d: 0 }], y: 1, z: 2 }).sort()).toEqual([
      'a: required',
      'b: invalid_type',
      'list.1.c: invalid_type',
      'list.1.d: unknown_field',
      'y: unknown_field',
      'z: unknown_field',
    ]);
  });

  it('lets the branch of a union speak that came closest', () => {
    const schema = z.union([
      z.strictObject({ id: z.uuid() }),
      z.strictObject({ email: z.string().min(3), name: z.string(), size: z.number() }),
    ]);
    expect(errorsOf(schema, { id: 'x' })).toEqual(['id: invalid_format']);
  });

  it('keeps the code of a rule of our own', () => {
    const schema = z.string().refine((text) => text !== 'no', { error: 'Not no', params: { code: 'not_no' } });
    expect(errorsOf(z.object({ a: schema }), { a: 'no' })).toEqual(['a: not_no']);
  });
});
