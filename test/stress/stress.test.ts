import { describe, expect, it } from '@jest/globals';
import { Dice } from './documents.js';
import { type Fault, NAMED } from './faults.js';
import { runStress, type StressSummary } from './run-stress.js';

const option = (name: string, otherwise: string): string => process.env[`BATON_STRESS_${name}`] ?? otherwise;
const SEEDS = option('SEEDS', '11').split(',').map(Number);
const LEADS = Number(option('LEADS', '40'));
const KILLS = Number(option('KILLS', '4'));
/** In `npm test` the engine is everybody's and stays up. */
const LONG = process.env['BATON_STRESS_SEEDS'] !== undefined;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** As many as wanted: each by its turn, from one that the seed chooses; those that need no place come last. */
function faultsOf(seed: number): Fault[] {
  const all = NAMED.filter((fault) => LONG || !fault.startsWith('temporal'));
  const first = LONG ? Dice.of(seed).upTo(all.length) : 0;
  const chosen = Array.from({ length: KILLS }, (_, index) => all[(first + index) % all.length] as Fault);
  const anywhere = (fault: Fault): boolean => fault.endsWith('at random');
  return [...chosen.filter((fault) => !anywhere(fault)), ...chosen.filter(anywhere)];
}

function tell(summary: StressSummary): void {
  const { seed, leads, engagements, touches, inDoubt, handoffs, shortRuns, struck, missed, mismatches } = summary;
  const kills = Object.values(struck).reduce((sum, times) => sum + times, 0);
  say(
    `seed ${seed}: ${leads} leads (${shortRuns} of short runs), ${engagements} engagements, ${touches} touches ` +
      `(${inDoubt} in doubt), ${handoffs} handoffs, ${kills} faults, ${missed.length} missed, ${mismatches.length} mismatches`,
  );
  for (const [fault, times] of Object.entries(struck)) say(`  ${times} × ${fault}`);
  for (const fault of missed) say(`  missed: ${fault}`);
  for (const mismatch of mismatches) say(`  ${mismatch}`);
  if (mismatches.length > 0) say(`  again: npm run stress -- --seed ${seed} --leads ${leads} --kills ${KILLS}`);
}

describe('leads under stress', () => {
  it.each(SEEDS)(
    'end where the reference model says, whatever is killed: seed %i',
    async (seed) => {
      const summary = await runStress({ seed, leads: LEADS, faults: faultsOf(seed), ownTemporal: LONG, say });
      tell(summary);
      expect(summary.mismatches.slice(0, 5)).toEqual([]);
      // A run in which nothing was struck proves nothing.
      if (KILLS > 0) expect(Object.keys(summary.struck).length).toBeGreaterThan(0);
    },
    LONG ? 1_800_000 : 240_000,
  );
});
