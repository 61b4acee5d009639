/** One line of the doctor: what was looked at, what was found, and what to do when it is not well. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly says: string;
  readonly fix?: string;
}

/** `look` answers what is wrong, or nothing; what it throws is a finding as well. */
export async function examine(
  check: string,
  well: string,
  fix: string,
  look: () => Promise<string | undefined>,
): Promise<Finding> {
  try {
    const wrong = await look();
    return wrong === undefined ? { check, ok: true, says: well } : { check, ok: false, says: wrong, fix };
  } catch (error) {
    const text = error instanceof Error ? error.message || error.name : String(error);
    return { check, ok: false, says: text.split('\n')[0] ?? '', fix };
  }
}

export const renderFinding = ({ check, ok, says, fix }: Finding): string =>
  `${ok ? 'ok   ' : 'WRONG'} ${check}: ${says}${ok || fix === undefined ? '' : ` → ${fix}`}`;
