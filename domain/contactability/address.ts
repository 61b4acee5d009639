/** Longest local part and whole address in octets (RFC 5321 §4.5.3.1). */
const MAX_LOCAL = 64;
const MAX_ADDRESS = 254;
const MAX_LABEL = 63;

const dotAtom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * Whether the text is one plain addr-spec: a dot-atom before the only `@`, an ASCII host name with at least two labels
 * behind it. Quoted local parts, comments, literals and display names are legal elsewhere and refused here: parsers
 * disagree about them, and a disagreement sends a mail to somebody else (promise A11).
 */
export function isAddrSpec(text: string): boolean {
  const at = text.indexOf('@');
  if (at < 1 || at !== text.lastIndexOf('@') || text.length > MAX_ADDRESS) return false;
  const local = text.slice(0, at);
  return local.length <= MAX_LOCAL && dotAtom.test(local) && isHostName(text.slice(at + 1).toLowerCase());
}

/** A lower-case ASCII host name of two or more labels whose last one is not a number. */
function isHostName(text: string): boolean {
  const labels = text.split('.');
  if (labels.length < 2) return false;
  if (!labels.every((part) => part.length <= MAX_LABEL && label.test(part))) return false;
  return !/^\d+$/.test(labels.at(-1) ?? '');
}
