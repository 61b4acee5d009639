import { describe, expect, it } from '@jest/globals';
import { examine, renderFinding } from './finding.js';

describe('a finding', () => {
  it('says what is well in one line, without a fix', async () => {
    const finding = await examine('outbox', 'empty', 'start the worker', async () => undefined);
    expect(renderFinding(finding)).toBe('ok    outbox: empty');
  });

  it('says what is wrong with its fix', async () => {
    const finding = await examine('outbox', 'empty', 'start the worker', async () => '3 rows wait');
    expect(renderFinding(finding)).toBe('WRONG outbox: 3 rows wait → start the worker');
  });

  it('is wrong when looking fails', async () => {
    const finding = await examine('mail', 'greets', 'check SMTP_URL', async () => {
      throw new Error('connect ECONNREFUSED\nmore');
    });
    expect(renderFinding(finding)).toBe('WRONG mail: connect ECONNREFUSED → check SMTP_URL');
  });
});
