/** Small documents that agree with one another; each returns a fresh copy with the overrides. */
export const scoreModel = (over: object = {}) => ({
  fit: {
    rules: [{ id: 'dach', when: { field: 'country', op: 'in', value: ['DE', 'AT', 'CH'] }, points: 60 }],
    grades: { A: 50, B: 30, C: 10, D: 0 },
  },
  engagement: {
    rules: [
      {
        id: 'pricing',
        kind: 'page_view',
        where: { path: { prefix: '/pricing' } },
        points: 8,
        perDay: 16,
        halfLifeDays: 10,
      },
      { id: 'webinar', kind: 'webinar_attended', points: 20 },
    ],
  },
  handRaises: ['demo_request', 'quote_request'],
  ...over,
});

export const definition = (over: object = {}) => ({
  rank: 10,
  mandatory: ['email', 'company'],
  rules: [
    { id: 'hand-raise', when: { field: 'hand_raise', op: 'exists' } },
    { id: 'engaged', when: { field: 'score', op: '>=', value: 20 } },
  ],
  ...over,
});

export const template = (over: object = {}) => ({
  subject: "Your handbook, {{ lead.first_name | default: 'as promised' }}",
  html: '<p>Hello, <a href="{{ links.handbook }}">the handbook</a></p>',
  links: { handbook: 'https://kelvara.example/handbook' },
  ...over,
});

export const cadence = (over: object = {}) => ({
  name: 'Long-term nurture',
  window: 'any',
  frequency: 'nurture',
  exits: ['unsubscribed', 'replied'],
  steps: [
    { id: 'welcome', email: { template: 'welcome' } },
    { id: 'rest', wait: 'P2D' },
    { id: 'again', email: { template: 'welcome' } },
  ],
  ...over,
});

export const frequencyPolicy = (over: object = {}) => ({ nurture: { max: 2, per: 'day' }, ...over });
