/** `@` and the key of a person; neither a mail address nor the beginning of a longer word. */
const MENTION = /(?<![\p{L}\p{N}._%+@/-])@([a-z0-9]+(?:-[a-z0-9]+)*)(?![\p{L}\p{N}_@-])/giu;
/** More names than these in one note are a mailing list, not a conversation. */
const MOST = 20;

/** Keys of the people a text mentions, each once, in the order of their first mention; at most 20. */
export function findMentions(text: string): string[] {
  const keys = [...text.matchAll(MENTION)].map(([, key = '']) => key.toLowerCase());
  return [...new Set(keys)].slice(0, MOST);
}
