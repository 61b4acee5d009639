import { Liquid } from 'liquidjs';
import { escapeHtml } from '../common/escape-html.js';
import { Markup } from '../common/markup.js';

/** No tag that loads another template. */
const TAGS = ['assign', 'for', 'capture', 'case', 'comment', 'if', 'raw', 'unless', 'break', 'continue', '#'];

/** Pure text and number filters: none writes unescaped output, parses a value as code, draws lots or reads the clock. */
const FILTERS = [
  ...['default', 'append', 'prepend', 'capitalize', 'downcase', 'upcase', 'strip', 'lstrip', 'rstrip', 'squish'],
  ...['replace', 'replace_first', 'remove', 'remove_first', 'truncate', 'truncatewords', 'slice', 'split', 'join'],
  ...['first', 'last', 'size', 'sort', 'sort_natural', 'uniq', 'reverse', 'url_encode', 'strip_html'],
  ...['abs', 'at_least', 'at_most', 'ceil', 'floor', 'round', 'plus', 'minus', 'times', 'divided_by', 'modulo'],
];

const LIMITS = {
  /** Characters of a template. */
  parseLimit: 300_000,
  /** Milliseconds; far above what a real template takes on a busy machine. */
  renderLimit: 1_000,
  /** Units of Liquid's own count of made objects and characters. */
  memoryLimit: 5_000_000,
};

/** Writes values escaped; for HTML. */
export const htmlEngine = createEngine((value) => (value instanceof Markup ? value.html : escapeHtml(printed(value))));

/** Writes values as they are; for subjects and text parts. */
export const textEngine = createEngine(printed);

function printed(value: unknown): string {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(printed).join(', ');
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return '';
  throw new Error('a group of fields cannot be printed, name one of them');
}

function createEngine(outputEscape: (value: unknown) => string): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // `default` and `if` may meet a missing variable; bare output may not.
    lenientIf: true,
    // In-memory and empty: nothing on disk can be reached.
    templates: {},
    timezoneOffset: 0,
    outputEscape,
    ...LIMITS,
  });
  keepOnly(engine.tags, TAGS);
  keepOnly(engine.filters, FILTERS);
  return engine;
}

function keepOnly(registry: Record<string, unknown>, names: readonly string[]): void {
  for (const name of Object.keys(registry)) if (!names.includes(name)) delete registry[name];
}
