import type { LintProblem } from '../lint-problem.js';
import type { LintRule } from '../lint-rules.js';
import type { OrganisationParts } from './lint-organisation.js';

type Side = 'marketing' | 'sales';

/** Who signs a definition, by keys of people. */
export interface Signatures {
  readonly marketing?: string | undefined;
  readonly sales?: string | undefined;
}

interface Organisation extends Pick<OrganisationParts, 'teams'> {
  readonly people: readonly (OrganisationParts['people'][number] & { readonly active: boolean })[];
}

/**
 * People who can not sign for their side: an approver of each (product: Score and definition). Who has one team can not sign for both.
 * `isOfThisText` is false where they signed another text, so that somebody has to sign again.
 */
export function lintSignatures(
  signatures: Signatures,
  { people, teams }: Organisation,
  isOfThisText: boolean,
): LintProblem[] {
  return [
    ...(['marketing', 'sales'] as const).flatMap((side) => lintSide(side, signatures[side], { people, teams })),
    ...(isOfThisText ? [] : [otherText]),
  ];
}

function lintSide(side: Side, signer: string | undefined, { people, teams }: Organisation): LintProblem[] {
  if (signer === undefined) return [];
  const person = people.find(({ key }) => key === signer);
  if (person === undefined) {
    const fix = `use one of ${people.map(({ key }) => key).join(', ')}`;
    return [error(side, 'unknown-person', `there is no person ${signer}`, fix)];
  }
  if (!person.active || !person.roles.includes('approver')) {
    return [error(side, 'not-approver', `${signer} is no active approver`, 'name a person with the role approver')];
  }
  const team = teams.find(({ key }) => key === person.team);
  if (team?.side === side) return [];
  return [error(side, 'other-side', `${signer} is not of ${side}`, `name an approver whose team is of ${side}`)];
}

const otherText: LintProblem = {
  severity: 'warning',
  path: 'of',
  code: 'other-text',
  message: 'these people signed another text than the definition has now, so it will wait as a draft',
  fix: 'let approvers of both sides sign it',
};

const error = (path: string, code: LintRule, message: string, fix: string): LintProblem => ({
  ...{ severity: 'error', path, code, message, fix },
});
