import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';
import { toFieldErrors } from '../../common/field-errors.js';
import { newRehearsalSchema, type RehearsalOrder } from '../../rehearsals/rehearsals.schema.js';
import { WorkspaceProblem } from '../workspace/workspace-problem.js';

/** What the command line says; files are YAML or JSON. */
export interface RehearseWords {
  readonly file: string;
  /** Files with profiles, or ids of real leads. */
  readonly leads: readonly string[];
  readonly script?: string | undefined;
  readonly from?: string | undefined;
  readonly days?: string | undefined;
  /** Another version of the cadence. */
  readonly compare?: string | undefined;
}

/** One rehearsal to ask for, and how it is called beside the others. */
export interface NamedOrder {
  readonly name: string;
  readonly cadence: string;
  readonly order: RehearsalOrder;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Every lead through every version, leads first. Throws for files and words that do not fit, naming file and field. */
export function readOrders(words: RehearseWords, now: Date): NamedOrder[] {
  const { file, leads, script, from, days = '90', compare } = words;
  if (leads.length === 0) throw new Error('name at least one --lead: a file with a profile, or the id of a real lead');
  const fields = {
    startAt: from ?? now.toISOString(),
    horizon: `P${days}D`,
    ...(script === undefined ? {} : { script: readYaml(script) }),
  };
  const versions = [file, ...(compare === undefined ? [] : [compare])];
  return leads.flatMap((lead) =>
    versions.map((version) => {
      const isReal = UUID.test(lead);
      const given = {
        ...fields,
        cadence: { document: readYaml(version) },
        lead: isReal ? { id: lead } : { profile: readYaml(lead) },
      };
      const parsed = newRehearsalSchema.safeParse(given);
      if (!parsed.success) {
        throw new WorkspaceProblem(`baton rehearse ${basename(version)}`, toFieldErrors(parsed.error.issues));
      }
      const name = isReal ? lead : basename(lead).replace(/\.(ya?ml|json)$/, '');
      return { name, cadence: basename(version), order: parsed.data };
    }),
  );
}

function readYaml(file: string): unknown {
  if (!existsSync(file)) throw new Error(`${file} is not there`);
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is no YAML: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
