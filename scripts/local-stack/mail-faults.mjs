import { randomUUID } from 'node:crypto';

/**
 * How the mail catcher misbehaves, by stage of the SMTP dialogue:
 *
 * - `connect`: greets with `code` (default 421) and hangs up. Pooled clients connect rarely.
 * - `mail`, `rcpt`: answers the command with `code` (default 451).
 * - `data`: takes the message, does not keep it, answers the final dot with `code` (default 451).
 * - `data_drop`: hangs up inside DATA; the message is not kept.
 * - `after_dot_drop`: keeps the message, then hangs up instead of answering the final dot.
 * - `slow`: keeps the message, answers `250` only after `delayMs`.
 *
 * @typedef {'connect' | 'mail' | 'rcpt' | 'data' | 'data_drop' | 'after_dot_drop' | 'slow'} FaultStage
 *
 * @typedef {object} Fault
 * @property {string} id
 * @property {FaultStage} stage
 * @property {number} code 400–599; meaningless where the stage does not answer
 * @property {number} remaining how many more times it strikes
 * @property {number} delayMs
 * @property {string | null} to strikes only when a recipient contains this, from `rcpt` on
 */

/** @type {readonly FaultStage[]} */
const faultStages = ['connect', 'mail', 'rcpt', 'data', 'data_drop', 'after_dot_drop', 'slow'];
const fields = new Set(['stage', 'code', 'count', 'delayMs', 'to']);
const longestDelayMs = 600_000;

/**
 * @param {unknown} body one fault or several: `{ stage, code?, count?, delayMs?, to? }`, count default 1
 * @returns {{ ok: true, faults: Fault[] } | { ok: false, problems: string[] }}
 */
export function parseFaults(body) {
  const list = Array.isArray(body) ? body : [body];
  /** @type {string[]} */
  const problems = [];
  const faults = list.map((raw, index) => {
    /** @param {string} text */
    const problem = (text) => void problems.push(list.length > 1 ? `[${index}] ${text}` : text);
    return parseFault(raw, problem);
  });
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, faults: faults.filter((fault) => fault !== undefined) };
}

/**
 * @param {unknown} raw
 * @param {(text: string) => void} problem
 * @returns {Fault | undefined}
 */
function parseFault(raw, problem) {
  if (typeof raw !== 'object' || raw === null) return void problem('a fault must be an object');
  const { stage, code, count = 1, delayMs, to } = /** @type {Record<string, unknown>} */ (raw);
  for (const key of Object.keys(raw)) if (!fields.has(key)) problem(`unknown field "${key}"`);
  const known = faultStages.find((candidate) => candidate === stage);
  if (known === undefined) return void problem(`stage must be one of ${faultStages.join(', ')}`);
  if (code !== undefined && !isWhole(code, 400, 599)) problem('code must be a number from 400 to 599');
  if (!isWhole(count, 1, 1_000_000)) problem('count must be a whole number from 1');
  if (delayMs !== undefined && !isWhole(delayMs, 0, longestDelayMs)) problem('delayMs must be from 0 to 600000');
  if (known === 'slow' && delayMs === undefined) problem('slow needs delayMs');
  if (to !== undefined && (typeof to !== 'string' || to === '')) problem('to must be part of an address');
  if (to !== undefined && (known === 'connect' || known === 'mail')) {
    problem(`to does not go with ${known}: nobody knows the recipient yet`);
  }
  return {
    id: randomUUID(),
    stage: known,
    code: typeof code === 'number' ? code : known === 'connect' ? 421 : 451,
    remaining: Number(count),
    delayMs: typeof delayMs === 'number' ? delayMs : 0,
    to: typeof to === 'string' ? to.toLowerCase() : null,
  };
}

/**
 * @typedef {object} FaultList
 * @property {(faults: Fault[]) => void} add
 * @property {() => Fault[]} list those that still strike, in the order in which they do
 * @property {(to?: string) => void} clear all, or those limited to exactly this `to`
 * @property {(stages: FaultStage[], recipients: string[]) => Fault | undefined} take the next that applies, used up once
 */

/** @returns {FaultList} */
export function createFaultList() {
  /** @type {Fault[]} */
  let faults = [];
  return {
    add: (more) => void faults.push(...more),
    list: () => faults.map((fault) => ({ ...fault })),
    clear: (to) => {
      faults = to === undefined ? [] : faults.filter((fault) => fault.to !== to.toLowerCase());
    },
    take: (stages, recipients) => {
      const fault = faults.find((candidate) => stages.includes(candidate.stage) && concerns(candidate, recipients));
      if (fault === undefined) return undefined;
      fault.remaining -= 1;
      if (fault.remaining === 0) faults = faults.filter((other) => other !== fault);
      return fault;
    },
  };
}

/**
 * @param {Fault} fault
 * @param {string[]} recipients
 */
function concerns({ to }, recipients) {
  return to === null || recipients.some((recipient) => recipient.toLowerCase().includes(to));
}

/**
 * @param {unknown} value
 * @param {number} from
 * @param {number} until
 */
function isWhole(value, from, until) {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= until;
}
