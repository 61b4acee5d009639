/**
 * Makes an ESLint rule that refuses every node matching one of the selectors. One named rule per ban: blocks of
 * `no-restricted-syntax` replace each other, these add up.
 *
 * @param {string} message what to do instead
 * @param {string[]} selectors esquery selectors
 * @returns {import('eslint').Rule.RuleModule}
 */
export function restrict(message, selectors) {
  return {
    meta: { type: 'problem', schema: [], messages: { refused: message } },
    create(context) {
      const report = (node) => context.report({ node, messageId: 'refused' });
      return Object.fromEntries(selectors.map((selector) => [selector, report]));
    },
  };
}
