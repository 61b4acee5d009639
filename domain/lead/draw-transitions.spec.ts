import { describe, expect, it } from '@jest/globals';
import { drawTransitions } from './draw-transitions.js';
import { TRANSITIONS } from './lead-state.js';

describe('the picture of the transition table', () => {
  const picture = drawTransitions(TRANSITIONS);
  const lines = picture.split('\n');

  it('shows every move but erasure with its causes in words', () => {
    for (const { from, to, cause } of TRANSITIONS) {
      if (to === 'erased') continue;
      const line = lines.find((one) => one.startsWith(`  ${from} --> ${to}: `));
      expect(line?.split(': ')[1]?.split(', ')).toContain(cause.replaceAll('_', ' '));
    }
    expect(picture).not.toContain('--> erased');
  });

  it('draws one arrow for several causes of one move', () => {
    expect(lines.filter((line) => line.startsWith('  offered --> returning'))).toEqual([
      '  offered --> returning: rejected, expired',
    ]);
  });

  it('starts raw, names the custody of each state and ends where the workflow closes', () => {
    expect(lines.slice(0, 2)).toEqual(['stateDiagram-v2', '  [*] --> raw']);
    expect(lines).toContain('  offered: offered (shared)');
    expect(lines.filter((line) => line.endsWith('--> [*]'))).toEqual(['  won --> [*]', '  disqualified --> [*]']);
  });

  it('changes with the table', () => {
    const without = TRANSITIONS.filter((edge) => edge.cause !== 'undone');
    expect(drawTransitions(without)).not.toContain('undone');
    expect(picture).toContain('undone');
  });
});
