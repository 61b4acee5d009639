import { describe, expect, it } from '@jest/globals';
import { localDateField } from './document-field.schema.js';

describe('localDateField', () => {
  it.each(['2026-02-28', '2028-02-29', '2026-12-31', '2000-02-29'])('takes %s', (date) => {
    expect(localDateField.parse(date)).toBe(date);
  });

  it.each(['2026-02-29', '2026-02-30', '2026-04-31', '2100-02-29', '2026-13-01', '2026-1-1', '2026-01-01T00:00', ''])(
    'refuses %s, which is no day',
    (date) => {
      expect(localDateField.safeParse(date).error?.issues.map(({ message }) => message)).toEqual([
        'write the date as YYYY-MM-DD',
      ]);
    },
  );
});
