import { describe, expect, it } from '@jest/globals';
import { Markup } from '../common/markup.js';
import { layOutMail } from './mail-layout.js';
import { findTemplateError, renderTemplate, templateVariables } from './render-template.js';
import { buildScope, type ScopeSources } from './template-scope.js';

const sources: ScopeSources = {
  lead: {
    name: 'Marek Dvořák',
    email: 'marek@valves.example',
    company: '',
    title: null,
    country: 'CZ',
    language: 'cs',
    profile: { employees: 410, note: '<img src=x onerror=alert(1)>', liquid: '{{ sender.address }}', constructor: 'x' },
  },
  campaign: { name: 'Automa Expo', country: 'DE' },
  sender: { name: 'Kelvara', address: 'hello@kelvara.example', postal: 'Uferweg 3' },
  links: { guide: 'https://baton.example/t/c/a?b=1&c=2' },
};
const scope = buildScope(sources);

const htmlOf = (html: string) => {
  const result = renderTemplate({ subject: 's', html }, scope);
  return result.ok ? result.mail.html : result;
};

describe('the checklist in a template', () => {
  const block = new Markup('<ul><li>Plans &amp; power</li></ul>', '- Plans & power');
  const withPrep = buildScope({
    ...sources,
    prep: { url: 'https://baton.example/p/x', items: ['Plans & power'], block },
  });
  const render = (html: string, text?: string) => {
    const result = renderTemplate({ subject: 's', html, ...(text === undefined ? {} : { text }) }, withPrep);
    return result.ok ? [result.mail.html, result.mail.text] : result;
  };

  it('is ready-made, unescaped in HTML and as lines in a text part', () => {
    expect(render('{{ prep.block }}', '{{ prep.block }}')).toEqual([block.html, block.text]);
  });

  it('is there item by item, escaped as all values are', () => {
    expect(render('{% for item in prep.items %}{{ item }};{% endfor %}{{ prep.url }}', 't')).toEqual([
      ...['Plans &amp; power;https://baton.example/p/x', 't'],
    ]);
  });

  it('is a list without items once everything is done, and a filter makes text of the block', () => {
    const done = buildScope({ ...sources, prep: { url: 'u', items: [], block } });
    const rendered = renderTemplate({ subject: 's', html: '{% for item in prep.items %}x{% endfor %}done' }, done);
    expect(rendered).toMatchObject({ ok: true, mail: { html: 'done' } });
    expect(render('{{ prep.block | strip }}', 't')).toEqual(['- Plans &amp; power', 't']);
  });

  it('holds the touch where there is none, unless the template has something else to say', () => {
    expect(htmlOf('{{ prep.block }}')).toEqual({ ok: false, problem: 'missing_variable', name: 'prep.block' });
    expect(htmlOf('{{ prep.block | default: "See you soon." }}')).toBe('See you soon.');
    expect(htmlOf('{% if prep.url %}list{% else %}none{% endif %}')).toBe('none');
  });
});

describe('renderTemplate', () => {
  it('fills in the allow-listed fields', () => {
    expect(htmlOf('{{ lead.first_name }} {{ lead.last_name }} {{ lead.profile.employees }} {{ campaign.name }}')).toBe(
      'Marek Dvořák 410 Automa Expo',
    );
  });

  it.each([
    ['{{ lead.nickname }}', 'lead.nickname'],
    ['{{ lead.company }}', 'lead.company'],
    ['{{ lead.title | upcase }}', 'lead.title'],
    ['{{ links.brochure }}', 'links.brochure'],
    ['{{ lead.profile.budget }}', 'lead.profile.budget'],
    ['{{ process.env }}', 'process'],
    ['{{ lead.__proto__ }}', 'lead.__proto__'],
    ['{{ lead.toString }}', 'lead.toString'],
  ])('names the missing or empty variable of %s', (html, name) => {
    expect(htmlOf(html)).toEqual({ ok: false, problem: 'missing_variable', name });
  });

  it('takes the default of an empty variable, and lets `if` ask', () => {
    expect(htmlOf('{{ lead.company | default: "your plant" }}{% if lead.title %}!{% endif %}')).toBe('your plant');
  });

  it('escapes lead data in HTML and never parses it again', () => {
    expect(htmlOf('{{ lead.profile.note }}')).toBe('&lt;img src=x onerror=alert(1)&gt;');
    expect(htmlOf('{{ lead.profile.liquid }}')).toBe('{{ sender.address }}');
    expect(htmlOf('<a href="{{ links.guide }}">')).toBe('<a href="https://baton.example/t/c/a?b=1&amp;c=2">');
  });

  it.each([
    '{% include "x" %}',
    '{% render "x" %}',
    '{% layout "/etc/passwd" %}',
    '{{ lead.name | raw }}',
    '{{ lead.name | json }}',
    '{{ lead.profile | where_exp: "item", lead.profile.note }}',
    '{{ "now" | date: "%s" }}',
    '{{ lead.name | nonsense }}',
    '{% if %}',
  ])('refuses %s when the draft is stored', (html) => {
    expect(findTemplateError({ subject: 's', html })).toEqual(expect.any(String));
    expect(htmlOf(html)).toMatchObject({ problem: 'template_error' });
  });

  it('prints texts and lists, not whole objects', () => {
    expect(htmlOf('{{ lead.profile }}')).toMatchObject({ problem: 'template_error' });
    const lead = { ...sources.lead, profile: { tools: ['saw', '<lathe>'] } };
    const result = renderTemplate({ subject: 's', html: '{{ lead.profile.tools }}' }, buildScope({ ...sources, lead }));
    expect(result.ok && result.mail.html).toBe('saw, &lt;lathe&gt;');
  });

  it('stops a template that never ends', () => {
    const bomb = `${'{% for a in (1..1000) %}'.repeat(4)}x${'{% endfor %}'.repeat(4)}`;
    expect(htmlOf(bomb)).toMatchObject({ problem: 'template_error' });
  });

  it('keeps the subject on one line and unescaped', () => {
    const lead = { ...sources.lead, name: 'A & B\r\nBcc: eve@evil.example' };
    const result = renderTemplate({ subject: 'For {{ lead.name }}', html: 'x' }, buildScope({ ...sources, lead }));
    expect(result.ok && result.mail.subject).toBe('For A & B Bcc: eve@evil.example');
  });

  it('makes the text part, unless the template brings one', () => {
    const html = '<p>Hello {{ lead.first_name }},</p><p>See <a href="{{ links.guide }}">the guide</a>.</p>';
    const made = renderTemplate({ subject: 's', html }, scope);
    expect(made.ok && made.mail.text).toBe('Hello Marek,\n\nSee the guide [https://baton.example/t/c/a?b=1&c=2].');
    const own = renderTemplate({ subject: 's', html, text: 'Hi {{ lead.first_name }} & co' }, scope);
    expect(own.ok && own.mail.text).toBe('Hi Marek & co');
  });

  it('lists the variables of a template', () => {
    const html = '{{ lead.company | default: "x" }}{% if lead.title %}{{ links.guide }}{% endif %}';
    expect(templateVariables({ subject: '{{ lead.name }}', html })).toEqual([
      'lead.company',
      'lead.name',
      'lead.title',
      'links.guide',
    ]);
  });
});

describe('layOutMail', () => {
  const parts = {
    senderName: 'Kelvara',
    postal: 'Uferweg 3 & 4',
    unsubscribeUrl: 'https://b.example/u/t',
    language: 'en',
  };

  it('puts postal address and way out before the end of the document', () => {
    const mail = layOutMail({ subject: 's', html: '<html><body><p>x</p></body></html>', text: 'x' }, parts);
    expect(mail.html).toMatch(/<p>x<\/p><div [^>]+>Kelvara, Uferweg 3 &amp; 4<br><a href="https:\/\/b\.example\/u\/t"/);
    expect(mail.html.endsWith('</div></body></html>')).toBe(true);
    expect(mail.text).toContain('Unsubscribe: https://b.example/u/t');
  });

  it('makes a document of a fragment', () => {
    expect(layOutMail({ subject: '<s>', html: '<p>x</p>', text: 'x' }, parts).html).toContain(
      '<title>&lt;s&gt;</title>',
    );
  });
});
