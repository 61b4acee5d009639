import { plainName } from '../../domain/condition/describe-condition.js';
import type { TimelineRow } from './lead-timeline.read-model.js';

type Data = TimelineRow['data'];
type NameOf = (id: string) => string | undefined;

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const words = (value: unknown): string => plainName(text(value));
const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
const because = (value: unknown): string => (text(value) === '' ? '' : `: ${words(value)}`);

/** What happened, in one line for people. */
export function timelineSentence(row: TimelineRow, nameOf: NameOf): string {
  return capital(sentenceOf(row, nameOf));
}

function sentenceOf({ kind, type, data }: TimelineRow, nameOf: NameOf): string {
  const person = (value: unknown): string => nameOf(text(value)) ?? 'somebody';
  switch (kind) {
    case 'engagement':
      return engagementWords(type, data);
    case 'touch':
      return `touch “${text(data['template'])}” ${words(type)}${because(data['reason'])}`;
    case 'state':
      return `${text(data['from'])} → ${text(data['to'])}${because(data['cause'])}`;
    case 'offer':
      if (type === 'offered') return `offered to ${person(data['assigneeId'])}, handoff ${text(data['handoffNo'])}`;
      if (type === 'offer_waiting') return `not offered yet${because(data['why'])}`;
      return data['ruleId'] ? `qualified by rule ${text(data['ruleId'])}` : `qualified by ${words(data['by'])}`;
    case 'decision':
      return decisionWords(type, data, person);
    case 'rung':
      return `ladder of ${words(data['purpose'])}: ${words(data['do'])}`;
    case 'enrollment':
      if (type === 'suspended' && text(data['by']) !== '')
        return `suspended at step ${text(data['step'])} by cadence ${text(data['by'])}`;
      if (type === 'enrolled') return `entered cadence ${text(data['cadence'])}, version ${text(data['version'])}`;
      if (type === 'migrated') return migratedWords(data);
      return `cadence ${type} at step ${text(data['step'])}`;
    case 'step':
      if (type === 'passed') return `passed over step ${text(data['step'])}, which an earlier version had done`;
      return `came to step ${text(data['step'])}`;
    case 'wait':
      return data['winner'] === 'timeout'
        ? `step ${text(data['step'])}: the time was over`
        : `step ${text(data['step'])}: option ${Number(data['winner']) + 1} came true`;
    case 'branch':
      return data['case'] === -1
        ? `step ${text(data['step'])}: no case holds`
        : `step ${text(data['step'])}: case ${Number(data['case']) + 1} holds`;
    case 'todo':
      return `to-do of step ${text(data['step'])} done: ${words(data['disposition'])}`;
    case 'webhook':
      if (type === 'webhook') return `webhook of step ${text(data['step'])} called`;
      return `webhook of step ${text(data['step'])} ${data['delivered'] === true ? 'was taken' : 'was never taken'}`;
    case 'held':
      return `the touch of step ${text(data['step'])} is held${because(data['reason'])}`;
    case 'exit':
      return `left the cadence${because(data['reason'])}`;
    case 'score':
      return `score multiplied by ${text(data['factor'])}`;
    case 'custody':
      return `custody ${text(data['custody'])}: ${person(data['accountablePersonId'])} answers${because(data['cause'])}`;
    case 'profile':
      return `changed ${Object.keys(data).join(', ')}`;
    case 'note':
      return text(data['text']);
    case 'insight':
      return `${words(type)}: ${text(data['text'])}`;
    case 'prep':
      return prepWords(type, data);
    case 'ignored':
      if (type === 'notice_failed') return `notice “${words(data['notice'])}” could not be sent${because(data['why'])}`;
      return `ignored ${text(data['signal'])}${because(data['why'])}`;
  }
}

function prepWords(type: string, data: Data): string {
  if (type === 'answered') {
    const said = text(data['text']) === '' ? (data['confirmed'] === true ? 'done' : 'not done') : text(data['text']);
    return `checklist, “${text(data['ask'])}”: ${said}`;
  }
  return `${data['ordinal'] === 0 ? 'checklist' : 'reminder of the checklist'} ${words(type)}${because(data['reason'])}`;
}

function migratedWords(data: Data): string {
  const [version, from, to] = [text(data['version']), text(data['step']), text(data['to'])];
  const where = from === to ? `stays at step ${to}` : `from step ${from} to step ${to}`;
  return `went over from version ${text(data['fromVersion'])} to version ${version} of cadence ${text(data['cadence'])}, ${where}`;
}

function engagementWords(type: string, data: Data): string {
  const purpose = text(data['purpose']);
  if (data['handRaise'] === true) return `hand-raise: ${plainName(type)}${purpose === '' ? '' : `, “${purpose}”`}`;
  return data['class'] === 'machine' ? `${plainName(type)} by a machine` : plainName(type);
}

/** Orders of people about the cadences of a lead. */
const CADENCE_ORDERS: Readonly<Record<string, (cadence: string, policy: string) => string>> = {
  enrolled_by_hand: (cadence) => `put into cadence ${cadence} by hand`,
  removed: (cadence) => `taken out of cadence ${cadence} by hand`,
  paused: () => 'its cadences were paused',
  resumed: (_cadence, policy) => `resumed, policy ${plainName(policy)}`,
};

function decisionWords(type: string, data: Data, person: (id: unknown) => string): string {
  const handoff = data['handoffNo'] === undefined ? '' : ` handoff ${text(data['handoffNo'])}`;
  switch (type) {
    case 'first_touch':
      return `${data['again'] === true ? 'another' : 'first'} touch by sales${because(data['disposition'])}`;
    case 'acknowledged':
      return `marketing took it back${because(data['to'])}`;
    case 'outcome':
      return `${words(data['outcome'])}${because(data['reason'])}`;
    case 'recycle_path':
      return `the policy says${because(data['to'])}`;
    default: {
      if (data['kind'] === 'undone') return `took back the decision on${handoff}`;
      if (data['kind'] === 'air_cover_stopped') return `stopped the air cover of${handoff}`;
      if (data['kind'] === 'pushed') return `pushed to sales by hand,${handoff}`;
      const own = CADENCE_ORDERS[text(data['kind'])];
      if (own !== undefined) return own(text(data['cadence']), text(data['policy']));
      const to = data['toPersonId'] === undefined ? '' : `, to ${person(data['toPersonId'])}`;
      return `${words(data['kind'])}${handoff}${to}${because(data['reason'])}`;
    }
  }
}
