const HIDDEN = '•••';

/** `+420 555 014 772` → `+420 ••• 72`: enough to recognise a number one knows, not to call it. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  if (digits.length < 7) return HIDDEN;
  // Without a gap behind it nobody can tell where the country's code ends.
  const country = /^\s*(?:\+|00)\d{1,3}(?=[^\d])/.exec(phone)?.[0].trim();
  return `${country === undefined ? '' : `${country} `}${HIDDEN} ${digits.slice(-2)}`;
}

/** `m.dvorak@ostrava.example` → `m•••@ostrava.example`; the number of letters stays hidden. */
export function maskEmail(email: string): string {
  const split = email.lastIndexOf('@');
  return split < 1 ? HIDDEN : `${[...email][0] ?? ''}${HIDDEN}${email.slice(split)}`;
}
