import { describe, expect, it } from '@jest/globals';
import { askForFields } from './ask-for-fields.js';

describe('what marketing is asked for', () => {
  it('names the fields in words, those of the profile without their prefix', () => {
    expect(askForFields(['country', 'profile.plant_size'])).toBe(
      'Add to the lead: country, plant size. It is offered to sales by itself as soon as this is known.',
    );
  });
});
