import type { PacketEarlierHandoff } from './packet.js';

/** One earlier handoff in words: who had it, what came of it, and why. */
export function describeEarlier({
  assignee,
  state,
  reason,
  note,
}: Omit<PacketEarlierHandoff, 'no' | 'decidedAt'>): string {
  return [assignee, state.replaceAll('_', ' '), reason, note].filter(Boolean).join(': ');
}
