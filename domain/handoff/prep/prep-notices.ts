/** A rep is mailed about so many submissions of one checklist; the last mail says so, and later ones stand with the handoff. */
export const MAX_PREP_NOTICES = 20;
