import { describeCondition, describeFilter, listValues, plainName } from '../condition/describe-condition.js';
import { describeDuration, requireDuration } from '../time/duration.js';
import type { CadenceStep, WaitOption, WaitStep } from './cadence.schema.js';

const WEEKDAYS = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
} as const;

/** A step in one line: `Send “guide”`, `Wait for email click with touch guide, at most 72 hours`. */
export function describeStep(step: CadenceStep): string {
  if ('email' in step) return `Send “${step.email.template}”${step.email.from === 'rep' ? ' as the rep' : ''}`;
  if ('wait' in step) return describeWait(step.wait);
  if ('wait_for' in step) {
    const { any, timeout } = step.wait_for;
    return `Wait for ${listValues(any.map(describeWaitOption))}, at most ${inWords(timeout.after)}`;
  }
  if ('branch' in step) {
    const cases = step.branch.cases.map((one) => `when ${describeCondition(one.when)}`);
    return `Branch ${cases.join(', ')}, else ${step.branch.otherwise}`;
  }
  return `Leave: ${plainName(step.exit)}`;
}

/** What an option of a `wait_for` waits for. */
function describeWaitOption(option: WaitOption): string {
  const { engagement, where, count = 1, score, when } = option;
  if (engagement !== undefined) {
    return `${count > 1 ? `${count} × ` : ''}${plainName(engagement)}${describeFilter(where)}`;
  }
  return score === undefined ? (when ? describeCondition(when) : 'nothing') : `a score of ${score}`;
}

function describeWait(wait: WaitStep['wait']): string {
  if (typeof wait === 'string') return `Wait ${inWords(wait)}`;
  if ('businessDays' in wait) return `Wait ${wait.businessDays} business day${wait.businessDays === 1 ? '' : 's'}`;
  return `Wait until ${WEEKDAYS[wait.until.weekday]} ${wait.until.at}`;
}

function inWords(duration: string): string {
  return describeDuration(requireDuration(duration));
}
