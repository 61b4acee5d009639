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
});
