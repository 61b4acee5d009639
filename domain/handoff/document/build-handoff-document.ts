import { describeCondition, fieldLabel, plainName } from '../../condition/describe-condition.js';
import type { RoutingDocument } from '../../organisation/routing.schema.js';
import type { DefinitionDocument } from '../../qualification/definition.schema.js';
import type { ScoreModel } from '../../scoring/score-model.js';
import { describeDuration, requireDuration } from '../../time/duration.js';
import { formatInstant } from '../../time/zone.js';
import { describeRecycle } from '../describe-recycle.js';
import type { Playbook } from '../playbook/playbook.schema.js';
import type { PrepPolicy } from '../prep/prep-policy.schema.js';
import type { RecyclePolicy, RecycleRule } from '../recycle-policy.schema.js';
import type { RungAction, SlaPolicy } from '../sla-policy.schema.js';
import type { HandoffBlock, HandoffDocument, HandoffItem, HandoffSection } from './handoff-document.js';

interface Edition<Body> {
  readonly version: number;
  readonly body: Body;
}

/** What the page is made from. Instants are epoch milliseconds; an edition left out is said to be missing. */
export interface HandoffDocumentSource {
  readonly organisation: { readonly name: string; readonly zone: string; readonly accountableOwner: string };
  readonly definition: Edition<DefinitionDocument> & { readonly inForceAt: number };
  readonly signatures: readonly { readonly side: 'marketing' | 'sales'; readonly name: string; readonly at: number }[];
  readonly scoreModel?: Edition<ScoreModel> | undefined;
  readonly sla?: Edition<SlaPolicy> | undefined;
  readonly recycle?: Edition<RecyclePolicy> | undefined;
  readonly routing?: Edition<RoutingDocument> | undefined;
  readonly prep?: Edition<PrepPolicy> | undefined;
  readonly playbook?: Edition<Playbook> | undefined;
  readonly teams: readonly { readonly key: string; readonly owner: string | null }[];
  readonly reasons: readonly { readonly code: string; readonly label: string; readonly needsNote: boolean }[];
}

/** The page of one definition, in the words of the people who sign it. */
export function buildHandoffDocument(source: HandoffDocumentSource): HandoffDocument {
  const { organisation, definition, signatures } = source;
  return {
    title: `How leads go from marketing to sales`,
    organisation: organisation.name,
    inForce: `In force since ${formatInstant(definition.inForceAt, organisation.zone)}`,
    signatures: [...signatures]
      .sort((a, b) => (a.side < b.side ? -1 : 1))
      .map(({ side, name, at }) => ({ side, name, at: formatInstant(at, organisation.zone) })),
    sections: [
      qualifies(source),
      packet(definition.body),
      receives(source),
      salesPromises(source.sla?.body, source.playbook?.body),
      ...afterAccepting(source.prep?.body),
      marketingPromises(source),
      comesBack(source),
    ],
    madeFrom: madeFrom(source),
  };
}

const text = (words: string): HandoffBlock => ({ kind: 'text', text: words });
const list = (items: readonly HandoffItem[], ordered = false): HandoffBlock => ({ kind: 'list', ordered, items });

function qualifies({ definition: { body }, scoreModel }: HandoffDocumentSource): HandoffSection {
  const whose = body.segment === undefined ? 'For every lead' : `For leads whose ${describeCondition(body.segment)}`;
  const rules = body.rules.map(({ id, when }) => ({ name: ruleName(id), text: describeCondition(when) }));
  return {
    heading: 'When a lead is an MQL',
    blocks: [
      text(`${whose}, the first of these rules that holds is the reason sales reads:`),
      list(rules, true),
      ...(scoreModel === undefined ? [] : [text(scoreWords(scoreModel.body))]),
    ],
  };
}

function scoreWords({ fit, handRaises }: ScoreModel): string {
  const { A, B, C } = fit.grades;
  const raises = handRaises.map(plainName);
  return [
    `The grade says how well the lead fits: A from ${A} points, B from ${B}, C from ${C}, D below.`,
    'The score says what the lead did, and fades.',
    ...(raises.length === 0 ? [] : [`These ask for sales whatever the score: ${raises.join(', ')}.`]),
  ].join(' ');
}

function packet({ mandatory }: DefinitionDocument): HandoffSection {
  const fields = mandatory.map(fieldLabel).join(', ');
  return {
    heading: 'What sales gets with it',
    blocks: [
      text(
        'A packet that is frozen at the offer: why now, rule, grade and score with their items, what the lead did in order, ' +
          'what it read, its own words, how to reach it, what to do next, earlier handoffs and insights.',
      ),
      text(
        fields === ''
          ? 'No field is mandatory.'
          : `Without ${fields} there is no offer: the lead stays with marketing until they are known.`,
      ),
    ],
  };
}

function receives({ routing, teams, organisation }: HandoffDocumentSource): HandoffSection {
  const ownerOf = (key: string): string => {
    const owner = teams.find((team) => team.key === key)?.owner ?? organisation.accountableOwner;
    return `${plainKey(key)} (owner: ${owner})`;
  };
  const rows = routing?.body ?? [];
  const everybodyElse = 'A lead that no row takes goes to the first sales team that covers it.';
  return {
    heading: 'Who gets it',
    blocks: [
      ...(rows.length === 0
        ? []
        : [
            list(
              rows.map(({ when, team }) => ({ name: ownerOf(team), text: describeCondition(when) })),
              true,
            ),
          ]),
      text(
        `${rows.length === 0 ? everybodyElse : 'The first row that holds names the team.'} In the team it is the turn of whoever ` +
          'is at work and below capacity, by weight. With nobody free the lead waits with marketing and the owner of the team is told.',
      ),
    ],
  };
}

const ACT: Readonly<Record<RungAction, string>> = {
  remind: 'whoever has to act is reminded',
  tell_team_owner: "the team's owner is told",
  escalate: 'the accountable owner is told',
  reassign: 'the next rep gets the lead',
  return: 'marketing takes the lead back',
};

function rungs(steps: readonly { readonly after: string; readonly do: RungAction }[]): HandoffBlock[] {
  if (steps.length === 0) return [];
  return [list(steps.map(({ after, do: act }) => ({ name: `after ${words(after)}`, text: ACT[act] })))];
}

const NO_SLA = text('No times are agreed yet.');

function salesPromises(sla: SlaPolicy | undefined, playbook: Playbook | undefined): HandoffSection {
  const heading = 'What sales promises';
  if (sla === undefined) return { heading, blocks: [NO_SLA] };
  const { accept, firstTouch, grace } = sla;
  const moves = accept.reassignments === 0 ? '' : ` at most ${times(accept.reassignments)} to another rep, and`;
  return {
    heading,
    blocks: [
      text(
        `To accept, or reject with a reason, within ${words(accept.within)}. Times are working time of the rep, in the rep's zone, ` +
          'without holidays.',
      ),
      ...rungs(accept.rungs),
      text(
        accept.then === 'return'
          ? `Without an answer the lead goes${moves} back to marketing.`
          : `Without an answer the lead goes${moves} to the accountable owner, and stays offered.`,
      ),
      text(
        `After accepting, to speak to the lead within ${words(firstTouch.within)}, or sooner where the rep says so.`,
      ),
      ...rungs(firstTouch.rungs),
      ...tries(playbook),
      text(`For ${words(grace)} after accepting both teams answer for the lead; then sales alone.`),
    ],
  };
}

/** How often sales tries, and what may be said of a try. */
function tries(playbook: Playbook | undefined): HandoffBlock[] {
  if (playbook === undefined) return [];
  const { attempts, gap, dispositions, again } = playbook;
  const often = attempts === 1 ? 'once' : `${times(attempts)}, ${words(gap)} apart`;
  return [
    text(
      `To try ${often}, as long as the lead is not reached (${again.map(plainName).join(', ')}). ` +
        `Of each try sales says what came of it: ${dispositions.map(plainName).join(', ')}.`,
    ),
  ];
}

/** What the lead is asked to bring; left out where nothing is. */
function afterAccepting(prep: PrepPolicy | undefined): HandoffSection[] {
  if (prep === undefined || prep.length === 0) return [];
  const items = prep.map(({ key, for: kinds, items: asked }) => {
    const whom =
      key === 'default' && kinds === undefined ? 'everything else' : (kinds ?? [key]).map(plainName).join(', ');
    return { name: `after ${whom}`, text: asked.map(({ ask }) => ask).join('; ') };
  });
  return [
    {
      heading: 'What the lead is asked to bring',
      blocks: [
        text('Once sales has accepted, the lead gets a list to tick, and the rep sees the answers.'),
        list(items),
      ],
    },
  ];
}

function marketingPromises({ sla, organisation }: HandoffDocumentSource): HandoffSection {
  const first = text(
    'To send nothing of its own to a lead from the offer on. Once sales has accepted, marketing may write beside sales while both ' +
      'teams answer for the lead; the rep can stop that at any time.',
  );
  if (sla === undefined) return { heading: 'What marketing promises', blocks: [first, NO_SLA] };
  const { acknowledge } = sla.body;
  return {
    heading: 'What marketing promises',
    blocks: [
      first,
      text(
        `To take every lead that comes back within ${words(acknowledge.within)} of working time. Until then both names stand on it, ` +
          `and ${organisation.accountableOwner} answers for what nobody takes.`,
      ),
      ...rungs(acknowledge.rungs),
    ],
  };
}

function comesBack({ recycle, reasons }: HandoffDocumentSource): HandoffSection {
  const policy = recycle?.body ?? {};
  const rows = reasons.map(({ code, label, needsNote }) => [
    needsNote ? `${label} (with a note)` : label,
    [describeRecycle(policy[code]), ...loops(policy[code])].join('; '),
  ]);
  return {
    heading: 'When sales says no',
    blocks: [
      text('A no has one of these reasons, and each has its consequence. Nothing a lead has had is sent to it again.'),
      { kind: 'table', head: ['Reason', 'What follows'], rows },
    ],
  };
}

function loops(rule: RecycleRule | undefined): string[] {
  if (rule?.maxLoops === undefined) return [];
  const end = rule.then === 'disqualify' ? 'it ends' : 'a person decides';
  return [`after ${times(rule.maxLoops)} ${end}`];
}

function madeFrom({ definition, scoreModel, sla, recycle, routing, prep, playbook }: HandoffDocumentSource): string[] {
  const editions: [string, { readonly version: number } | undefined][] = [
    [`qualification definition ${definition.body.key}`, definition],
    ['score model', scoreModel],
    ['SLA policy', sla],
    ['recycle policy', recycle],
    ['routing', routing],
    ['prep checklists', prep],
    ['playbook', playbook],
  ];
  return editions.flatMap(([what, edition]) => (edition === undefined ? [] : [`${what}, version ${edition.version}`]));
}

const words = (duration: string): string => describeDuration(requireDuration(duration));
const times = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`);
const plainKey = (key: string): string => key.replaceAll('-', ' ');

/** `engaged-and-fits` → `Engaged and fits`. */
function ruleName(id: string): string {
  const plain = plainKey(id);
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
