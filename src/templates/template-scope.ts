import type { Markup } from '../common/markup.js';

type ScopeValue = string | number | boolean | readonly string[] | Markup;
type ScopePart = Readonly<Record<string, ScopeValue | Readonly<Record<string, ScopeValue>>>>;

/** Everything a template can see: own properties of these five names, nothing empty in them. */
export interface TemplateScope {
  readonly lead: ScopePart;
  readonly campaign: ScopePart;
  readonly sender: ScopePart;
  readonly links: ScopePart;
  readonly prep: ScopePart;
}

/** The checklist of a lead that sales has: the address of its page, what is still open, and both ready-made. */
export interface ScopePrep {
  readonly url: string;
  readonly items: readonly string[];
  readonly block: Markup;
}

export interface ScopeLead {
  readonly name: string | null;
  readonly email: string | null;
  readonly company: string | null;
  readonly title: string | null;
  readonly country: string | null;
  readonly language: string | null;
  readonly profile: Readonly<Record<string, unknown>>;
}

export interface ScopeSources {
  readonly lead: ScopeLead;
  readonly campaign: { readonly name: string | null; readonly country: string | null } | null;
  readonly sender: { readonly name: string; readonly address: string; readonly postal: string };
  /** Link key → the address to print. */
  readonly links: Readonly<Record<string, string>>;
  /** Undefined while sales does not have the lead, and where the handoff has no checklist. */
  readonly prep?: ScopePrep | undefined;
}

/** Names of fields a template may use; `lead.profile.<name>` and `links.<key>` are open-ended. */
export const TEMPLATE_FIELDS = [
  ...['lead.first_name', 'lead.last_name', 'lead.name', 'lead.email', 'lead.company', 'lead.title'],
  ...['lead.country', 'lead.language', 'campaign.name', 'campaign.country'],
  ...['sender.name', 'sender.address', 'sender.postal', 'prep.block', 'prep.url', 'prep.items'],
] as const;

/**
 * The allow-list as data. An empty value is left out, so that for a template it is the same as a missing one: it holds
 * the touch unless the template gives a `default`.
 */
export function buildScope(sources: ScopeSources): TemplateScope {
  const { lead, campaign, sender, prep } = sources;
  const words = (lead.name ?? '').trim().split(/\s+/);
  return {
    lead: {
      ...present({
        first_name: words[0],
        last_name: words.length > 1 ? words.at(-1) : undefined,
        name: lead.name,
        email: lead.email,
        company: lead.company,
        title: lead.title,
        country: lead.country,
        language: lead.language,
      }),
      profile: present(lead.profile),
    },
    campaign: present({ name: campaign?.name, country: campaign?.country }),
    sender: present({ name: sender.name, address: sender.address, postal: sender.postal }),
    links: present(sources.links),
    // A list on which nothing is open any more is a list, and not a missing one.
    prep:
      prep === undefined
        ? present({})
        : Object.assign(present({ url: prep.url }), { items: prep.items, block: prep.block }),
  };
}

function present(values: Readonly<Record<string, unknown>>): Record<string, ScopeValue> {
  const entries = Object.entries(values).flatMap(([name, value]): [string, ScopeValue][] => {
    if (typeof value === 'string') return value.trim() === '' ? [] : [[name, value.trim()]];
    if (typeof value === 'number' || typeof value === 'boolean') return [[name, value]];
    if (!Array.isArray(value)) return [];
    const texts = value.filter((item) => typeof item === 'string' && item.trim() !== '') as string[];
    return texts.length === 0 ? [] : [[name, texts]];
  });
  // No prototype: a profile field called `constructor` is a field like any other.
  return Object.assign(Object.create(null) as Record<string, ScopeValue>, Object.fromEntries(entries));
}
