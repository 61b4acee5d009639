import { describe, expect, it } from '@jest/globals';
import { buildPacket, maskPacket } from './build-packet.js';
import { maskEmail, maskPhone } from './mask-reach.js';
import type { PacketInput, ToldEngagement } from './packet.js';

const DAY = 86_400_000;
const NOW = Date.parse('2026-04-21T08:00:00Z');
const did = (
  seq: number,
  daysAgo: number,
  kind: string,
  properties: object = {},
  purpose: string | null = null,
): ToldEngagement => ({
  seq,
  kind,
  at: NOW - daysAgo * DAY,
  properties: { ...properties },
  handRaise: kind.endsWith('_request'),
  purpose,
});
const gave = (seq: number, daysAgo: number, points: number, pointsNow = points) => ({
  seq,
  ruleId: 'rule',
  at: NOW - daysAgo * DAY,
  points,
  pointsNow,
});

const input: PacketInput = {
  handoffNo: 1,
  at: NOW,
  lead: {
    name: 'Marek Dvořák',
    title: 'Plant manager',
    company: 'Ostrava Valves a.s.',
    email: 'm.dvorak@ostravavalves.example',
    phone: '+420 555 014 772',
    country: 'CZ',
    language: 'cs',
    timeZone: 'Europe/Prague',
    consent: { basis: 'form', at: NOW },
  },
  source: 'trade_show',
  campaign: { key: 'automa-expo-2026', name: 'Automa Expo 2026' },
  qualified: {
    by: 'definition',
    at: NOW,
    ruleId: 'engaged-and-fits',
    rule: 'score is at least 60 and grade is A, B or C',
    definition: { key: 'default', version: 4, versionId: 'v4' },
    reason: null,
  },
  grade: 'A',
  score: 63.96,
  gradeItems: [{ ruleId: 'size-large', points: 30 }],
  scoreItems: [
    { seq: null, ruleId: 'start-score', at: NOW - 41 * DAY, points: 10, pointsNow: 10 },
    gave(1, 33, 6, 2.04),
    gave(3, 19, 20, 16),
    gave(4, 7, 8),
    gave(5, 6, 8),
  ],
  engagements: [
    did(2, 33, 'email_open'),
    did(1, 33, 'email_click', { touch: 'three-faults' }),
    did(3, 19, 'webinar_attended', { title: 'Bearing faults before they stop' }),
    did(4, 7, 'page_view', { path: '/pricing' }),
    did(5, 6, 'page_view', { path: '/pricing' }),
  ],
  touchTitles: { 'three-faults': 'Three faults you can hear' },
  missingMandatory: [],
  earlier: [],
  insights: [],
};
const quote = did(9, 0, 'quote_request', {}, 'Two pumps failed this winter. We need 24 points.');

describe('buildPacket', () => {
  const packet = buildPacket(input);

  it('says in one sentence why now', () => {
    expect(packet.whyNow).toBe('Score 63, grade A: attended “Bearing faults before they stop” and viewed /pricing.');
  });

  it('lets a hand-raise speak in the lead’s words', () => {
    const items = [{ key: 'deadline', ask: 'Tell us by when you decide', kind: 'obstacle' as const }];
    const prep = [{ key: 'quote', items, remind: [] }];
    const raised = buildPacket({ ...input, prep, engagements: [...input.engagements, quote] });
    expect(raised.prep).toEqual(['Tell us by when you decide']);
    expect(raised.whyNow).toBe('Asked for a quote: “Two pumps failed this winter. We need 24 points.”');
    expect(raised.handRaise).toEqual({ kind: 'quote_request', purpose: quote.purpose, at: '2026-04-21T08:00:00.000Z' });
    expect(raised.nextAction).toBe('Call to settle what the quote has to cover, then send it.');
  });

  it('tells the story in order, equal things once', () => {
    expect(packet.story).toEqual({
      engagements: 4,
      days: 28,
      items: [
        {
          at: '2026-03-19T08:00:00.000Z',
          kind: 'email_click',
          text: 'Clicked “Three faults you can hear”',
          times: 1,
          points: 6,
        },
        {
          at: '2026-04-02T08:00:00.000Z',
          kind: 'webinar_attended',
          text: 'Attended “Bearing faults before they stop”',
          times: 1,
          points: 20,
        },
        { at: '2026-04-14T08:00:00.000Z', kind: 'page_view', text: 'Viewed /pricing', times: 2, points: 16 },
      ],
    });
    expect(packet.content.map((one) => `${one.times} ${one.what}`)).toEqual([
      '2 /pricing',
      '1 “Bearing faults before they stop”',
      '1 “Three faults you can hear”',
    ]);
  });

  it('traces score and grade', () => {
    expect(packet.score).toBe(64);
    expect(packet.gradeItems).toEqual([{ what: 'size-large', points: 30 }]);
    expect(packet.scoreItems.map((one) => `${one.points} ${one.what}`)).toEqual([
      '16 Attended “Bearing faults before they stop”',
      '10 Start score',
      '8 Viewed /pricing',
      '8 Viewed /pricing',
      '2 Clicked “Three faults you can hear”',
    ]);
  });

  it('says what is missing to reach the lead', () => {
    expect(packet.reach).toMatchObject({
      complete: true,
      missing: [],
      consent: { basis: 'form', at: '2026-04-21T08:00:00.000Z' },
    });
    const without = buildPacket({
      ...input,
      lead: { ...input.lead, phone: null },
      missingMandatory: ['profile.employees'],
    });
    expect(without.reach).toMatchObject({ complete: false, missing: ['employees', 'phone'] });
    expect(without.nextAction).toBe('Write and pick up on /pricing.');
  });

  it('remembers how the lead came back', () => {
    const earlier = [
      {
        no: 1,
        state: 'rejected',
        assignee: 'Jonas Weidner',
        decidedAt: NOW - 20 * DAY,
        reason: 'Cannot afford',
        note: 'next budget',
      },
    ];
    const again = buildPacket({
      ...input,
      handoffNo: 2,
      earlier,
      engagements: [did(8, 25, 'demo_request'), ...input.engagements],
    });
    expect(again.whyNow).toMatch(/^Back after “Cannot afford”: score 63, grade A/);
    expect(again.handRaise).toBeNull();
    expect(again.earlier).toEqual([{ ...earlier[0], decidedAt: '2026-04-01T08:00:00.000Z' }]);
  });

  it('gives the reason of a person', () => {
    const qualified = { ...input.qualified, by: 'person' as const, ruleId: null, reason: 'met him at the booth' };
    expect(buildPacket({ ...input, qualified }).whyNow).toBe('A marketer thinks it is time: met him at the booth.');
  });

  it('hides phone and address until acceptance', () => {
    const masked = maskPacket(packet);
    expect(masked.reach).toMatchObject({
      phone: '+420 ••• 72',
      email: 'm•••@ostravavalves.example',
      name: 'Marek Dvořák',
    });
    expect({ ...masked, reach: packet.reach }).toEqual(packet);
    expect(JSON.stringify(masked)).not.toContain('014');
  });

  it('survives storing', () => {
    expect(JSON.parse(JSON.stringify(packet))).toEqual(packet);
  });
});

describe('masks', () => {
  it.each([
    ['+420 555 014 772', '+420 ••• 72'],
    ['0041 44 123 45 67', '0041 ••• 67'],
    ['+15551234567', '••• 67'],
    ['044 123 45 67', '••• 67'],
    ['12345', '•••'],
  ])('%s', (phone, expected) => {
    expect(maskPhone(phone)).toBe(expected);
  });

  it('keeps the first letter and the domain of an address', () => {
    expect(maskEmail('zoë@kelvara.example')).toBe('z•••@kelvara.example');
    expect(maskEmail('not an address')).toBe('•••');
  });
});
