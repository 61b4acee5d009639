import { describe, expect, it } from '@jest/globals';
import { TemplateLintService } from './template-lint.service.js';

const lint = (template: { subject?: string; html?: string; text?: string; links?: Record<string, string> }) =>
  new TemplateLintService()
    .lint({ subject: 'Hello', html: '<p>Hello</p>', links: {}, ...template })
    .map((problem) => `${problem.path} ${problem.code}`);

describe('the lint of templates', () => {
  it('passes fields that every lead can have and links that are named', () => {
    const links = { guide: 'https://kelvara.example/guide' };
    const html = "<p>{{ lead.first_name | default: 'there' }} {{ lead.profile.plant }} {{ links.guide }}</p>";
    expect(lint({ html, links })).toEqual([]);
  });

  it('names unknown fields and links and where they stand', () => {
    expect(lint({ subject: '{{ lead.salary }}', text: '{{ links.guide }}' })).toEqual([
      'subject unknown-variable',
      'text unknown-link',
    ]);
  });

  it('names the part that can not be read', () => {
    expect(lint({ html: '<p>{{ lead.name </p>' })).toEqual(['html template-error']);
  });

  it('warns of a link nothing leads to', () => {
    expect(lint({ links: { guide: 'https://kelvara.example/guide' } })).toEqual(['links.guide unused-link']);
  });

  it('judges each translation with the links it has, and finds a language nobody wrote', () => {
    const template = {
      ...{ language: 'en', subject: 'Hello', html: '{{ links.guide }}', links: { guide: 'https://kelvara.example/' } },
      translations: {
        de: { subject: '{{ lead.salary }}', html: '{{ links.karte }}', links: { karte: 'https://kelvara.example/k' } },
        fr: { subject: 'Bonjour', html: 'Bonjour', links: { plan: 'https://kelvara.example/p' } },
      },
    };
    const spoken = [
      { language: 'de', by: 'campaign messe' },
      { language: 'it', by: 'campaign fiera' },
      { language: 'it', by: 'the organisation' },
    ];
    const found = new TemplateLintService().lint(template, spoken);
    expect(found.map(({ path, code, severity }) => [path, code, severity])).toEqual([
      ['translations.de.subject', 'unknown-variable', 'error'],
      ['translations.fr.links.plan', 'unused-link', 'warning'],
      ['translations', 'missing-language', 'warning'],
    ]);
    expect(found[2]?.message).toBe(
      'campaign fiera and the organisation write in it, and the template is not written in it',
    );
    const { translations: _, ...alone } = template;
    expect(new TemplateLintService().lint(alone, spoken)).toEqual([]);
    const broken = { ...template, translations: { de: { subject: 'Hallo', html: '{{ lead.name' } } };
    expect(new TemplateLintService().lint(broken).map(({ path }) => path)).toEqual(['translations.de.html']);
  });
});
