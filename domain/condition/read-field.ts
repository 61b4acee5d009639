import type { ConditionValue } from './condition.js';
import type { ConditionFacts, ProfileValue } from './condition-facts.js';

/**
 * Values of a field that do not depend on the instant, none when it is missing; undefined for `score`, `hand_raise` and
 * `engagement.<kind>`, which do. Blank text counts as missing. An unknown field is missing: lint reports it.
 */
export function readField(field: string, facts: ConditionFacts): readonly ConditionValue[] | undefined {
  switch (field) {
    case 'score':
    case 'hand_raise':
      return undefined;
    case 'grade':
      return [facts.grade];
    case 'tag':
      return present(facts.tags);
    case 'source':
      return present(facts.source);
    case 'campaign':
      return present(facts.campaign);
    case 'country':
      return present(facts.country);
    case 'language':
      return present(facts.language);
    case 'handoffs.count':
      return [facts.handoffs.count];
    case 'handoffs.last_reason':
      return present(facts.handoffs.lastReason);
  }
  const [group, name] = [field.slice(0, field.indexOf('.')), field.slice(field.indexOf('.') + 1)];
  if (group === 'engagement') return undefined;
  if (group === 'profile') return present(Object.hasOwn(facts.profile, name) ? facts.profile[name] : undefined);
  if (group === 'insight') return present(Object.hasOwn(facts.insights, name) ? facts.insights[name] : undefined);
  return [];
}

function present(value: ProfileValue | undefined): readonly ConditionValue[] {
  const values: readonly (ConditionValue | null | undefined)[] =
    typeof value === 'object' && value !== null ? value : [value];
  return values
    .filter((one) => one !== null && one !== undefined && !(typeof one === 'string' && one.trim() === ''))
    .map((one) => one as ConditionValue);
}
