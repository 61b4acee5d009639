/**
 * The page both teams sign: what a lead has to show, what goes with it, who answers within what time, and what follows from
 * a no (product: The zone). Made from the configuration that decides, so it can't say anything else than what happens.
 */
export interface HandoffDocument {
  readonly title: string;
  readonly organisation: string;
  /** From when on it decides, in words with the zone. */
  readonly inForce: string;
  readonly signatures: readonly HandoffSignature[];
  readonly sections: readonly HandoffSection[];
  /** The editions it was made from: `qualification definition default, version 3`. */
  readonly madeFrom: readonly string[];
}

export interface HandoffSignature {
  readonly side: 'marketing' | 'sales';
  readonly name: string;
  /** In words, with the zone. */
  readonly at: string;
}

export interface HandoffSection {
  readonly heading: string;
  readonly blocks: readonly HandoffBlock[];
}

export type HandoffBlock =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly HandoffItem[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

export interface HandoffItem {
  readonly name?: string;
  readonly text: string;
}
