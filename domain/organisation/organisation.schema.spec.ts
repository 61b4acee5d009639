import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { calendarSchema } from './calendar.schema.js';
import { campaignSchema } from './campaign.schema.js';
import { organisationSchema } from './organisation.schema.js';
import { personSchema } from './person.schema.js';
import { reasonSchema } from './reason.schema.js';
import { routingSchema } from './routing.schema.js';
import { teamSchema } from './team.schema.js';

const organisation = {
  name: 'Kelvara Instruments',
  zone: 'Europe/Zurich',
  baseUrl: 'http://127.0.0.1:4100',
  accountableOwner: 'miriam-castell',
  catchAll: 'long-term',
  sender: { name: 'Kelvara', address: 'hello@kelvara.example', postal: 'Uferweg 3, 8000 Zurich' },
  holidays: [{ date: '2026-12-28', name: 'Works holidays' }],
};
const calendar = {
  key: 'ch',
  days: ['mon', 'fri'],
  from: '08:00',
  to: '17:30',
  holidays: [{ date: '2026-12-25', name: 'Christmas' }],
};
const person = {
  key: 'jonas-weidner',
  name: 'Jonas Weidner',
  email: 'jonas@kelvara.example',
  team: 'dach-sales',
  roles: ['rep'],
  zone: 'Europe/Zurich',
  calendar: 'ch',
};
const campaign = {
  key: 'expo',
  source: 'trade_show',
  owner: 'ines-okafor',
  cost: { amount: '18500.00', currency: 'EUR' },
  startScore: 10,
};

const messages = (schema: z.ZodType, raw: unknown) => {
  const result = schema.safeParse(raw);
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
};

describe('the organisation’s documents', () => {
  it('are kept as they are written, with what they leave out', () => {
    expect(organisationSchema.parse(organisation)).toEqual(organisation);
    const { holidays: _, ...always } = organisation;
    expect(organisationSchema.parse(always)).toEqual({ ...organisation, holidays: [] });
    expect(calendarSchema.parse(calendar)).toEqual(calendar);
    expect(personSchema.parse(person)).toEqual({ ...person, capacity: 6, weight: 1, away: [] });
    expect(campaignSchema.parse(campaign)).toEqual(campaign);
    expect(reasonSchema.parse({ code: 'not_ready', label: 'Not ready' })).toEqual({
      code: 'not_ready',
      label: 'Not ready',
      needsNote: false,
    });
    expect(teamSchema.parse({ key: 'marketing', side: 'marketing' })).toEqual({ key: 'marketing', side: 'marketing' });
    expect(routingSchema.parse([{ when: { field: 'tag', op: 'exists' }, team: 'dach-sales' }])).toHaveLength(1);
  });

  it.each<[string, z.ZodType, unknown, RegExp]>([
    [
      'a web address',
      organisationSchema,
      { ...organisation, baseUrl: 'javascript:alert(1)' },
      /^baseUrl: `baseUrl` is the http/,
    ],
    [
      'a postal address',
      organisationSchema,
      { ...organisation, sender: { ...organisation.sender, postal: '' } },
      /^sender\.postal: mail law/,
    ],
    [
      'an unknown key',
      organisationSchema,
      { ...organisation, colour: 'red' },
      /the organisation has no colour; it takes name/,
    ],
    ['a wall time', calendarSchema, { ...calendar, from: '8:00' }, /^from: write the time as HH:MM/],
    [
      'a date',
      calendarSchema,
      { ...calendar, holidays: [{ date: '25.12.2026', name: 'x' }] },
      /^holidays\.0\.date: write the date as/,
    ],
    ['a role', personSchema, { ...person, roles: ['boss'] }, /^roles\.0: a role is one of marketer, rep/],
    [
      'an absence',
      personSchema,
      { ...person, away: [{ from: '2026-05-02', to: '2026-05-01' }] },
      /^away\.0\.to: `to` is before/,
    ],
    ['an offset for a zone', personSchema, { ...person, zone: '+02:00' }, /^zone: write the zone by its IANA name/],
    [
      'an amount',
      campaignSchema,
      { ...campaign, cost: { amount: '18,500', currency: 'EUR' } },
      /^cost\.amount: write the amount in quotes/,
    ],
    [
      'a country',
      campaignSchema,
      { ...campaign, country: 'Germany' },
      /^country: write the country by its two letters/,
    ],
    ['a condition of a team', teamSchema, { key: 'a', side: 'sales', covers: { country: 'DE' } }, /^covers: /],
  ])('say what is wrong with %s', (_name, schema, raw, expected) => {
    expect(messages(schema, raw)[0]).toMatch(expected);
  });
});
