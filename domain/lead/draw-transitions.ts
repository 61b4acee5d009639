import { CUSTODY_OF_STATE, isClosed, LEAD_STATES, type Transition } from './lead-state.js';

/** The transition table as a Mermaid state diagram; `docs/architecture.md` holds the output and a check keeps it true. */
export function drawTransitions(transitions: readonly Transition[]): string {
  const causes = new Map<string, string[]>();
  for (const { from, to, cause } of transitions) {
    if (to === 'erased') continue;
    const key = `${from} --> ${to}`;
    causes.set(key, [...(causes.get(key) ?? []), cause.replaceAll('_', ' ')]);
  }
  const lines = ['stateDiagram-v2', '  [*] --> raw'];
  for (const [edge, names] of causes) lines.push(`  ${edge}: ${names.join(', ')}`);
  for (const state of LEAD_STATES) {
    if (state === 'erased') continue;
    lines.push(`  ${state}: ${state} (${CUSTODY_OF_STATE[state]})`);
    if (isClosed(state)) lines.push(`  ${state} --> [*]`);
  }
  lines.push('  note right of disqualified: any state can move to erased on a person’s right');
  return `${lines.join('\n')}\n`;
}
