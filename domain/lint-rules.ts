/** What the lint of conditions looks for, wherever a document has one. */
const CONDITION_RULES = [
  ...(['contradiction', 'unknown-kind', 'unknown-value', 'wrong-operator', 'out-of-reach', 'exact-score'] as const),
] as const;

/**
 * Every rule of the linters, by what it judges. What a schema can say (a `wait_for` without timeout, a `branch` without
 * `otherwise`, a `goto` without `max`, a key there is not) is no rule of its own.
 */
export const LINT_RULES = {
  cadence: [
    ...CONDITION_RULES,
    ...(['unknown-template', 'unknown-frequency', 'unknown-touch', 'duplicate-id', 'missing-target'] as const),
    ...(['unreachable-step', 'step-after-exit', 'loop-without-wait', 'endless-loop'] as const),
    ...(['offer-in-air-cover'] as const),
  ],
  definition: [
    ...CONDITION_RULES,
    ...(['unknown-field', 'duplicate-id', 'unreachable-rule', 'no-hand-raise', 'unknown-day'] as const),
  ],
  score_model: [
    // What a lead did is refused in fit as such, whatever it is compared with.
    ...(['contradiction', 'unknown-value', 'wrong-operator'] as const),
    ...(['duplicate-id', 'fit-looks-at-behaviour', 'grades-not-descending', 'grade-unreachable'] as const),
    ...(['unreachable-rule', 'points-for-hand-raise', 'points-for-opens', 'cap-of-other-sign'] as const),
    ...(['cap-below-points', 'total-below-day'] as const),
  ],
  template: ['template-error', 'unknown-variable', 'unknown-link', 'unused-link', 'missing-language'],
  sla: [],
  recycle: ['unknown-reason', 'reason-without-path', 'unknown-cadence'],
  frequency: [],
  prep: ['duplicate-key', 'reserved-key', 'unknown-kind', 'unused-checklist', 'useless-reminder'],
  playbook: ['unknown-disposition', 'never-reached'],
  routing: [...CONDITION_RULES, 'unknown-team'],
  organisation: [
    ...(['unknown-person', 'unknown-team', 'unknown-calendar', 'unknown-cadence', 'unknown-zone'] as const),
    ...(['own-deputy', 'duplicate-key'] as const),
  ],
  signatures: ['unknown-person', 'not-approver', 'other-side', 'other-text'],
} as const;

/** What a folder of files can not know, since it names no endpoints: judged where a cadence is published. */
type DeploymentRule = 'unknown-webhook';

/** Stable `kebab-case` name of a kind of problem. */
export type LintRule = (typeof LINT_RULES)[keyof typeof LINT_RULES][number] | DeploymentRule;
