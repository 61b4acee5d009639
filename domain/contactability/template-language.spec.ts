import { describe, expect, it } from '@jest/globals';
import { templateFor, templateIn, languagesOf } from './template-language.js';

const template = {
  ...{ key: 'welcome', language: 'en', subject: 'Hello', html: '<p>Hello</p>', text: 'Hello, in plain words' },
  links: { guide: 'https://kelvara.example/guide', map: 'https://kelvara.example/map' },
  translations: {
    de: { subject: 'Guten Tag', html: '<p>Guten Tag</p>', links: { guide: 'https://kelvara.example/de/leitfaden' } },
    fr: { subject: 'Bonjour', html: '<p>Bonjour</p>', text: 'Bonjour' },
  },
};

describe('a template in one of its languages', () => {
  it('is written in its own language and in those of its translations', () => {
    expect(languagesOf(template)).toEqual(['en', 'de', 'fr']);
    expect(languagesOf({ subject: '', html: '', links: {} })).toEqual([]);
  });

  it('has the words and targets of the translation, and no text part of another language', () => {
    const { written, choice } = templateFor(template, { lead: null, campaign: 'de', organisation: 'fr' });
    expect(choice).toEqual({ language: 'de', from: 'campaign' });
    expect(written).toMatchObject({ key: 'welcome', language: 'de', subject: 'Guten Tag', html: '<p>Guten Tag</p>' });
    expect(written.text).toBeUndefined();
    expect(written.links).toEqual({
      guide: 'https://kelvara.example/de/leitfaden',
      map: 'https://kelvara.example/map',
    });
    expect(templateIn(template, 'fr').text).toBe('Bonjour');
  });

  it('is itself where nobody asks for a translation', () => {
    expect(templateFor(template, { lead: 'cs' }).written).toBe(template);
    expect(templateIn(template, 'en')).toBe(template);
    // A word every object has is no translation.
    expect(templateIn(template, 'constructor')).toBe(template);
  });
});
