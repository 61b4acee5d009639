/** One line of the doctor: what was looked at, what was found, and what to do when it is not well. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly says: string;
  readonly fix?: string;
}

/** What a look has found: what is wrong, or in `well` more than the usual words; nothing when all is as it should be. */
export type Look = string | { readonly well: string } | undefined;

/** `look` answers what is wrong, or nothing; what it throws is a finding as well. */
export async function examine(
  check: string,
  well: string,
  fix: string,
  look: () => Promise<Look> | Look,
): Promise<Finding> {
  try {
    const found = await look();
    if (typeof found === 'string') return { check, ok: false, says: found, fix };
    return { check, ok: true, says: found?.well ?? well };
  } catch (error) {
    const text = error instanceof Error ? error.message || error.name : String(error);
    return { check, ok: false, says: text.split('\n')[0] ?? '', fix };
  }
}

export const renderFinding = ({ check, ok, says, fix }: Finding): string =>
  `${ok ? 'ok   ' : 'WRONG'} ${check}: ${says}${ok || fix === undefined ? '' : ` → ${fix}`}`;
