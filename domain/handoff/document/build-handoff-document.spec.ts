import { describe, expect, it } from '@jest/globals';
import { routingSchema } from '../../organisation/routing.schema.js';
import { definitionSchema } from '../../qualification/definition.schema.js';
import { scoreModelSchema } from '../../scoring/score-model.schema.js';
import { playbookSchema } from '../playbook/playbook.schema.js';
import { prepPolicySchema } from '../prep/prep-policy.schema.js';
import { recyclePolicySchema } from '../recycle-policy.schema.js';
import { slaPolicySchema } from '../sla-policy.schema.js';
import { buildHandoffDocument, type HandoffDocumentSource } from './build-handoff-document.js';
import { handoffDocumentMarkdown } from './handoff-document-markdown.js';

const source = (more: Partial<HandoffDocumentSource> = {}): HandoffDocumentSource => ({
  organisation: { name: 'Kelvara Instruments', zone: 'Europe/Zurich', accountableOwner: 'Miriam Castell' },
  definition: {
    version: 3,
    inForceAt: Date.parse('2026-04-30T22:00:00Z'),
    body: definitionSchema.parse({
      key: 'default',
      rank: 10,
      segment: { field: 'country', op: 'in', value: ['DE', 'AT'] },
      mandatory: ['email', 'profile.plantCountry'],
      rules: [
        { id: 'hand-raise', when: { field: 'hand_raise', op: 'exists' } },
        { id: 'engaged-and-fits', when: { field: 'score', op: '>=', value: 60 } },
      ],
    }),
  },
  signatures: [
    { side: 'sales', name: 'Amara Diallo', at: Date.parse('2026-04-21T06:00:00Z') },
    { side: 'marketing', name: 'Tomás Ribeiro', at: Date.parse('2026-04-20T14:12:00Z') },
  ],
  scoreModel: {
    version: 2,
    body: scoreModelSchema.parse({
      key: 'default',
      fit: { rules: [], grades: { A: 70, B: 50, C: 30, D: 0 } },
      engagement: { rules: [] },
      handRaises: ['demo_request', 'phone_call'],
    }),
  },
  sla: {
    version: 1,
    body: slaPolicySchema.parse({
      accept: {
        within: 'PT4H',
        rungs: [
          { after: 'PT2H', do: 'remind' },
          { after: 'PT5H', do: 'reassign' },
        ],
        reassignments: 1,
        then: 'return',
      },
      firstTouch: { within: 'PT8H', rungs: [] },
      acknowledge: { within: 'P1D', rungs: [{ after: 'P1D', do: 'escalate' }] },
      grace: 'P2D',
    }),
  },
  recycle: {
    version: 4,
    body: recyclePolicySchema.parse({
      not_ready: { to: 'resume', earliestAfter: 'P30D', score: 0.5, credit: 'keep', maxLoops: 3, then: 'review' },
      duplicate: { disqualify: true, credit: 'reverse' },
    }),
  },
  routing: {
    version: 1,
    body: routingSchema.parse([{ when: { field: 'country', op: '=', value: 'DE' }, team: 'dach-sales' }]),
  },
  teams: [{ key: 'dach-sales', owner: 'Amara Diallo' }],
  reasons: [
    { code: 'not_ready', label: 'Not ready', needsNote: false },
    { code: 'duplicate', label: 'Duplicate', needsNote: false },
    { code: 'other', label: 'Other', needsNote: true },
  ],
  ...more,
});

describe('the page both teams sign', () => {
  it('says in words what the configuration does', () => {
    expect(handoffDocumentMarkdown(buildHandoffDocument(source()))).toBe(`# How leads go from marketing to sales

Kelvara Instruments. In force since Fri 1 May 2026, 00:00 CEST.

- For marketing: **Tomás Ribeiro**, Mon 20 Apr 2026, 16:12 CEST
- For sales: **Amara Diallo**, Tue 21 Apr 2026, 08:00 CEST

## When a lead is an MQL

For leads whose country is DE or AT, the first of these rules that holds is the reason sales reads:

1. **Hand raise:** any hand-raise
2. **Engaged and fits:** score is at least 60

The grade says how well the lead fits: A from 70 points, B from 50, C from 30, D below. The score says what the lead did, and fades. These ask for sales whatever the score: demo request, phone call.

## What sales gets with it

A packet that is frozen at the offer: why now, rule, grade and score with their items, what the lead did in order, what it read, its own words, how to reach it, what to do next, earlier handoffs and insights.

Without email, plant country there is no offer: the lead stays with marketing until they are known.

## Who gets it

1. **dach sales (owner: Amara Diallo):** country is DE

The first row that holds names the team. In the team it is the turn of whoever is at work and below capacity, by weight. With nobody free the lead waits with marketing and the owner of the team is told.

## What sales promises

To accept, or reject with a reason, within 4 hours. Times are working time of the rep, in the rep's zone, without holidays.

- **after 2 hours:** whoever has to act is reminded
- **after 5 hours:** the next rep gets the lead

Without an answer the lead goes at most once to another rep, and back to marketing.

After accepting, to speak to the lead within 8 hours, or sooner where the rep says so.

For 2 days after accepting both teams answer for the lead; then sales alone.

## What marketing promises

To send nothing of its own to a lead from the offer on. Once sales has accepted, marketing may write beside sales while both teams answer for the lead; the rep can stop that at any time.

To take every lead that comes back within 1 day of working time. Until then both names stand on it, and Miriam Castell answers for what nobody takes.

- **after 1 day:** the accountable owner is told

## When sales says no

A no has one of these reasons, and each has its consequence. Nothing a lead has had is sent to it again.

| Reason | What follows |
| --- | --- |
| Not ready | resumes in 30 days, half score; after 3 times a person decides |
| Duplicate | ends, credit reversed |
| Other (with a note) | marketing decides |

*Made from qualification definition default, version 3; score model, version 2; SLA policy, version 1; recycle policy, version 4; routing, version 1.*
`);
  });

  it('says how often sales tries and what the lead is asked to bring, where that is agreed', () => {
    const items = [
      { key: 'machine-list', ask: 'Send us your machine list', kind: 'confirm' },
      { key: 'block-time', ask: 'Block 45 minutes', kind: 'confirm' },
    ];
    const prep = prepPolicySchema.parse([
      { key: 'demo', for: ['demo_request', 'meeting_booked'], items },
      { key: 'default', items: items.slice(1) },
    ]);
    const dispositions = ['reached', 'no_answer'];
    const playbook = playbookSchema.parse({ attempts: 5, gap: 'P1D', dispositions });
    const page = handoffDocumentMarkdown(
      buildHandoffDocument(source({ prep: { version: 2, body: prep }, playbook: { version: 3, body: playbook } })),
    );
    expect(page).toContain(
      'To try 5 times, 1 day apart, as long as the lead is not reached (no answer). ' +
        'Of each try sales says what came of it: reached, no answer.',
    );
    expect(page).toContain('## What the lead is asked to bring');
    expect(page).toContain(
      '- **after demo request, meeting booked:** Send us your machine list; Block 45 minutes\n' +
        '- **after everything else:** Block 45 minutes',
    );
    expect(page).toContain('prep checklists, version 2; playbook, version 3.*');
  });

  it('says what is missing instead of inventing it', () => {
    const bare = handoffDocumentMarkdown(
      buildHandoffDocument(
        source({
          signatures: [],
          scoreModel: undefined,
          sla: undefined,
          recycle: undefined,
          routing: undefined,
          reasons: [],
        }),
      ),
    );
    expect(bare).toContain('Not signed.');
    expect(bare).toContain('No times are agreed yet.');
    expect(bare).toContain('A lead that no row takes goes to the first sales team that covers it.');
    expect(bare).toContain('*Made from qualification definition default, version 3.*');
  });

  it('lets no name become markup', () => {
    const page = buildHandoffDocument(
      source({ reasons: [{ code: 'not_ready', label: '# [x](y) | <b>', needsNote: false }] }),
    );
    expect(handoffDocumentMarkdown(page)).toContain('| \\# \\[x\\](y) \\| \\<b\\> | resumes');
  });
});
