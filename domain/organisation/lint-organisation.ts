import type { LintProblem } from '../lint-problem.js';
import type { LintRule } from '../lint-rules.js';
import { isKnownZone } from '../time/zone.js';
import type { CampaignDocument } from './campaign.schema.js';
import type { OrganisationDocument } from './organisation.schema.js';
import type { PersonDocument } from './person.schema.js';
import type { TeamDocument } from './team.schema.js';

/** The parts of an organisation that name each other. */
export interface OrganisationParts {
  readonly organisation: OrganisationDocument;
  readonly calendars: readonly { readonly key: string }[];
  readonly teams: readonly TeamDocument[];
  readonly people: readonly PersonDocument[];
  readonly reasons: readonly { readonly code: string }[];
  readonly campaigns: readonly CampaignDocument[];
}

/** Names that lead nowhere, and keys given twice. `cadences` are those of the same workspace. */
export function lintOrganisation(parts: OrganisationParts, cadences: readonly string[]): LintProblem[] {
  const { organisation, calendars, teams, people, reasons, campaigns } = parts;
  const keys = (rows: readonly { readonly key: string }[]): string[] => rows.map(({ key }) => key);
  const persons = keys(people);
  return [
    ...unknown('organisation.accountableOwner', 'person', organisation.accountableOwner, persons),
    ...unknownZone('organisation.zone', organisation.zone),
    ...unknown('organisation.catchAll', 'cadence', organisation.catchAll, cadences),
    ...twice('calendars', keys(calendars)),
    ...twice('teams', keys(teams)),
    ...twice('people', persons),
    ...twice(
      'reasons',
      reasons.map(({ code }) => code),
    ),
    ...twice('campaigns', keys(campaigns)),
    ...teams.flatMap(({ owner }, index) => unknown(`teams.${index}.owner`, 'person', owner, persons)),
    ...people.flatMap(({ key, team, calendar, deputy, zone }, index) => [
      ...unknownZone(`people.${index}.zone`, zone),
      ...unknown(`people.${index}.team`, 'team', team, keys(teams)),
      ...unknown(`people.${index}.calendar`, 'calendar', calendar, keys(calendars)),
      ...(deputy === key
        ? [problem(`people.${index}.deputy`, 'own-deputy', 'nobody is their own deputy', 'name somebody else')]
        : unknown(`people.${index}.deputy`, 'person', deputy, persons)),
    ]),
    ...campaigns.flatMap(({ owner, zone }, index) => [
      ...unknown(`campaigns.${index}.owner`, 'person', owner, persons),
      ...unknownZone(`campaigns.${index}.zone`, zone),
    ]),
  ];
}

function unknown(
  path: string,
  what: 'person' | 'team' | 'calendar' | 'cadence',
  name: string | undefined,
  list: readonly string[],
): LintProblem[] {
  if (name === undefined || list.includes(name)) return [];
  const fix = list.length === 0 ? `add a ${what} first` : `use one of ${list.join(', ')}`;
  return [problem(path, `unknown-${what}`, `there is no ${what} ${name}`, fix)];
}

/** A zone that this machine's time-zone data does not know would never be open. */
function unknownZone(path: string, zone: string | undefined): LintProblem[] {
  if (zone === undefined || isKnownZone(zone)) return [];
  return [problem(path, 'unknown-zone', `there is no time zone ${zone}`, 'write for example Europe/Berlin')];
}

function twice(path: string, keys: readonly string[]): LintProblem[] {
  return keys.flatMap((key, index) =>
    keys.indexOf(key) === index
      ? []
      : [problem(`${path}.${index}`, 'duplicate-key', `${key} is there twice`, 'give each its own key')],
  );
}

function problem(path: string, code: LintRule, message: string, fix: string): LintProblem {
  return { severity: 'error', path, code, message, fix };
}
