import type { DataSource } from 'typeorm';
import { uuidV7 } from '../../src/database/uuid-v7.js';

/** A small organisation, written straight into the record. Everything is open around the clock unless a test says so. */
export interface Workspace {
  readonly people: Readonly<Record<'miriam' | 'ines' | 'amara' | 'jonas' | 'lena' | 'clara', string>>;
  /** Publishes a document and returns the id of its version. */
  publish(kind: string, key: string, body: object): Promise<string>;
  lead(overrides?: LeadOverrides): Promise<SeededLead>;
  enrollment(leadId: string, overrides?: EnrollmentOverrides): Promise<string>;
  handoff(leadId: string, overrides?: HandoffOverrides): Promise<string>;
}

export interface LeadOverrides {
  readonly email?: string | null;
  readonly name?: string | null;
  readonly company?: string | null;
  readonly phone?: string | null;
  readonly country?: string | null;
  readonly timeZone?: string | null;
  readonly profile?: object;
  readonly state?: string;
  readonly custody?: string;
  readonly contactable?: boolean;
  readonly clockOffsetMs?: number;
}

export interface SeededLead {
  readonly id: string;
  readonly email: string;
}

export interface EnrollmentOverrides {
  readonly no?: number;
  readonly cadence?: string;
  readonly step?: string;
  readonly visit?: number;
  readonly state?: string;
}

export interface HandoffOverrides {
  readonly no?: number;
  readonly assignee?: string;
  readonly state?: string;
  readonly packet?: object;
  readonly acceptDueAt?: Date;
}

const CADENCE = {
  key: 'walk',
  name: 'A walk',
  window: 'any',
  frequency: 'nurture',
  exits: ['unsubscribed'],
  steps: [
    { id: 'welcome', email: { template: 'welcome' } },
    { id: 'guide', email: { template: 'guide' } },
    { id: 'leave', exit: 'completed' },
  ],
};

export async function seedWorkspace(dataSource: DataSource): Promise<Workspace> {
  const query = (text: string, values: unknown[] = []) => dataSource.query<unknown>(text, values);
  const names = ['miriam', 'ines', 'amara', 'jonas', 'lena', 'clara'] as const;
  const people = Object.fromEntries(names.map((name) => [name, uuidV7()])) as Record<(typeof names)[number], string>;
  const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  await query(`INSERT INTO calendars (key, rows, holidays) VALUES ('de', $1, '[]')`, [
    JSON.stringify([{ days: week, from: '00:00', to: '24:00' }]),
  ]);
  await query(`INSERT INTO teams (key, side, owner_id, covers) VALUES
    ('marketing', 'marketing', NULL, NULL), ('dach', 'sales', NULL, NULL), ('emea', 'sales', NULL, NULL)`);
  const person = (name: (typeof names)[number], team: string, roles: string[], full: string) =>
    query(
      `INSERT INTO people (id, key, name, email, team_key, roles, zone, calendar_key, capacity, weight, away, active)
       VALUES ($1, $2, $3, $4, $5, $6, 'Europe/Berlin', 'de', 2, 1, '[]', true)`,
      [people[name], name, full, `${name}-${people[name].slice(-12)}@kelvara.example`, team, roles],
    );
  await person('miriam', 'marketing', ['accountable_owner'], 'Miriam Castell');
  await person('ines', 'marketing', ['marketer'], 'Ines Okafor');
  await person('amara', 'dach', ['team_owner', 'approver'], 'Amara Diallo');
  await person('jonas', 'dach', ['rep'], 'Jonas Weidner');
  await person('lena', 'dach', ['rep'], 'Lena Hofer');
  await person('clara', 'emea', ['rep'], 'Clara Nyström');
  await query(`UPDATE teams SET owner_id = $1 WHERE key = 'dach'`, [people.amara]);
  await query(`UPDATE teams SET owner_id = $1 WHERE key = 'marketing'`, [people.ines]);
  await query(
    `INSERT INTO organisation (id, name, zone, base_url, accountable_owner_id, sender, updated_at)
     VALUES (1, 'Kelvara Instruments', 'Europe/Berlin', 'http://127.0.0.1:4100', $1, $2, $3)`,
    [
      people.miriam,
      JSON.stringify({ name: 'Kelvara', address: 'hello@kelvara.example', postal: 'Uferweg 3, 8000 Zurich' }),
      new Date(),
    ],
  );
  await query(`INSERT INTO reasons (code, label, needs_note) VALUES
    ('not_ready', 'Not ready', false), ('out_of_area', 'Out of area', false), ('other', 'Other', true)`);

  const versions = new Map<string, string>();
  const publish = async (kind: string, key: string, body: object): Promise<string> => {
    const id = uuidV7();
    const [last] = await dataSource.query<{ v: number | null }[]>(
      'SELECT max(version) AS v FROM document_versions WHERE kind = $1 AND key = $2',
      [kind, key],
    );
    await query(
      `INSERT INTO document_versions (id, kind, key, version, body, published_at, published_by, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'published')`,
      [id, kind, key, (last?.v ?? 0) + 1, JSON.stringify(body), new Date(0), people.miriam],
    );
    versions.set(`${kind}/${key}`, id);
    return id;
  };
  await publish('template', 'welcome', {
    key: 'welcome',
    subject: "Your handbook, {{ lead.first_name | default: 'as promised' }}",
    html: '<p>Hello {{ lead.first_name | default: "there" }}</p><p><a href="{{ links.guide }}">The guide</a></p>',
    links: { guide: 'https://kelvara.example/guide?a=1&b=2' },
  });
  await publish('template', 'guide', { key: 'guide', subject: 'The guide', html: '<p>For {{ lead.company }}</p>' });
  await publish('cadence', 'walk', CADENCE);
  await publish('frequency', 'default', { nurture: { max: 2, per: 'day' } });
  await publish('sla', 'default', {
    accept: { within: 'PT4H', rungs: [{ after: 'PT4H', do: 'escalate' }] },
    firstTouch: { within: 'PT8H' },
    acknowledge: { within: 'PT8H' },
    grace: 'P2D',
  });
  await publish('recycle', 'default', {
    not_ready: { to: 'resume', earliestAfter: 'P30D', score: 0.5, credit: 'keep' },
    out_of_area: { disqualify: true, credit: 'reverse' },
  });
  await publish('routing', 'default', [
    { when: { field: 'country', op: 'in', value: ['DE', 'AT', 'CH', 'CZ'] }, team: 'dach' },
  ]);
  await publish('definition', 'default', {
    key: 'default',
    rank: 10,
    mandatory: ['email', 'company'],
    rules: [{ id: 'hand-raise', when: { field: 'hand_raise', op: 'exists' } }],
    effectiveFrom: '2020-01-01T00:00',
  });

  return {
    people,
    publish,
    async lead(overrides = {}) {
      const id = uuidV7();
      const email = overrides.email === undefined ? `marek-${id.slice(-12)}@valves.example` : overrides.email;
      await query(
        `INSERT INTO leads (id, email, name, company, title, phone, country, time_zone, language, profile, tags, source,
           last_seq, state, custody, state_since_at, marketing_person_id, accountable_person_id, contactable,
           clock_offset_ms, created_at, updated_at)
         VALUES ($1, $2, $3, $4, 'Plant manager', $5, $6, $7, 'cs', $8, '{}', 'trade_show', 0, $9, $10, $11, $12, $12, $13,
           $14, $11, $11)`,
        [
          id,
          email,
          overrides.name === undefined ? 'Marek Dvořák' : overrides.name,
          overrides.company === undefined ? 'Ostrava Valves' : overrides.company,
          overrides.phone === undefined ? '+420 555 014 772' : overrides.phone,
          overrides.country === undefined ? 'CZ' : overrides.country,
          overrides.timeZone === undefined ? 'Europe/Prague' : overrides.timeZone,
          JSON.stringify(overrides.profile ?? {}),
          overrides.state ?? 'nurturing',
          overrides.custody ?? 'marketing',
          new Date(),
          people.ines,
          overrides.contactable ?? true,
          overrides.clockOffsetMs ?? 0,
        ],
      );
      return { id, email: email ?? '' };
    },
    async enrollment(leadId, overrides = {}) {
      const id = uuidV7();
      const cadence = overrides.cadence ?? 'walk';
      await query(
        `INSERT INTO enrollments (id, lead_id, no, cadence_key, version_id, entered_at, state, step, visit)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          id,
          leadId,
          overrides.no ?? 1,
          cadence,
          versions.get(`cadence/${cadence}`),
          new Date(),
          overrides.state ?? 'running',
          overrides.step ?? 'welcome',
          overrides.visit ?? 1,
        ],
      );
      return id;
    },
    async handoff(leadId, overrides = {}) {
      const id = uuidV7();
      await query(
        `INSERT INTO handoffs (id, lead_id, no, state, assignee_id, team_key, qualified_by, packet, routing, offered_at,
           accept_due_at)
         VALUES ($1, $2, $3, $4, $5, 'dach', 'definition', $6, $7, $8, $9)`,
        [
          id,
          leadId,
          overrides.no ?? 1,
          overrides.state ?? 'offered',
          overrides.assignee ?? people.jonas,
          JSON.stringify(overrides.packet ?? PACKET),
          JSON.stringify({ sentence: 'Jonas Weidner of dach; is next in turn.', candidates: [] }),
          new Date(),
          overrides.acceptDueAt ?? new Date(Date.now() + 4 * 3_600_000),
        ],
      );
      return id;
    },
  };
}

/** As `buildPacket` writes it. */
export const PACKET = {
  whyNow: 'Asked for a quote: “Two pumps failed this winter.”',
  handoffNo: 1,
  qualified: {
    by: 'definition',
    at: '2026-04-21T05:52:00.000Z',
    ruleId: 'hand-raise',
    rule: 'a hand-raise exists',
    definition: null,
    reason: null,
  },
  grade: 'A',
  score: 64,
  gradeItems: [],
  scoreItems: [{ what: 'Viewed /pricing', at: '2026-04-20T05:52:00.000Z', points: 8 }],
  story: {
    items: [{ at: '2026-04-20T05:52:00.000Z', kind: 'page_view', text: 'Viewed /pricing', times: 2, points: 16 }],
    engagements: 2,
    days: 2,
  },
  content: [],
  handRaise: { kind: 'quote_request', purpose: 'Two pumps failed this winter.', at: '2026-04-21T05:52:00.000Z' },
  reach: {
    name: 'Marek Dvořák',
    title: 'Plant manager',
    company: 'Ostrava Valves',
    email: 'marek.dvorak@valves.example',
    phone: '+420 555 014 772',
    country: 'CZ',
    language: 'cs',
    timeZone: 'Europe/Prague',
    consent: null,
    complete: true,
    missing: [],
  },
  nextAction: 'Call to settle what the quote has to cover, then send it.',
  earlier: [],
  insights: [],
  campaign: null,
  source: 'trade_show',
};
