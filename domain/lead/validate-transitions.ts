import type { LeadState, Transition } from './lead-state.js';

/** What is wrong with a transition table, in sentences; empty when nothing is. */
export function validateTransitions(
  states: readonly LeadState[],
  transitions: readonly Transition[],
  start: LeadState,
  terminal: readonly LeadState[],
): string[] {
  const problems: string[] = [];
  const reached = new Set<LeadState>([start]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const edge of transitions) {
      if (reached.has(edge.from) && !reached.has(edge.to)) {
        reached.add(edge.to);
        grew = true;
      }
    }
  }
  for (const state of states) {
    if (!reached.has(state)) problems.push(`state "${state}" can't be reached from "${start}"`);
    const leaves = transitions.some((edge) => edge.from === state && edge.to !== state && edge.cause !== 'erased');
    if (!leaves && !terminal.includes(state)) problems.push(`state "${state}" is a dead end`);
  }
  const seen = new Set<string>();
  for (const { from, to, cause } of transitions) {
    const key = `${from} → ${to} (${cause})`;
    if (seen.has(key)) problems.push(`${key} stands twice`);
    seen.add(key);
  }
  return problems;
}
