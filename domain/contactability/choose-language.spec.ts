import { describe, expect, it } from '@jest/globals';
import { chooseLanguage } from './choose-language.js';

const trilingual = { own: 'en', translations: ['de', 'fr'] };

describe('the language of a mail', () => {
  it("is the lead's, else the campaign's, else the organisation's", () => {
    const all = { lead: 'fr', campaign: 'de', organisation: 'en' };
    expect(chooseLanguage(trilingual, all)).toEqual({ language: 'fr', from: 'lead' });
    expect(chooseLanguage(trilingual, { ...all, lead: null })).toEqual({ language: 'de', from: 'campaign' });
    expect(chooseLanguage(trilingual, { organisation: 'en' })).toEqual({ language: 'en', from: 'organisation' });
  });

  it('passes over one the template is not written in', () => {
    const czech = { lead: 'cs', campaign: 'de', organisation: 'fr' };
    expect(chooseLanguage(trilingual, czech)).toEqual({ language: 'de', from: 'campaign' });
    expect(chooseLanguage(trilingual, { lead: ' DE ' })).toEqual({ language: 'de', from: 'lead' });
  });

  it("is the template's own where nobody names one it is written in", () => {
    expect(chooseLanguage(trilingual, { lead: 'cs', campaign: '' })).toEqual({ language: 'en', from: 'template' });
    expect(chooseLanguage({ own: undefined, translations: [] }, { lead: 'de' })).toEqual({
      language: undefined,
      from: 'template',
    });
  });
});
