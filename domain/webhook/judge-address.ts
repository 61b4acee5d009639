/** A range of addresses nothing may be sent to: the first bits of the address, as bytes, and how many of them count. */
interface Range {
  readonly bytes: readonly number[];
  readonly bits: number;
  readonly why: string;
}

const range = (bytes: readonly number[], bits: number, why: string): Range => ({ bytes, bits, why });

/** IPv4. Source: IANA IPv4 Special-Purpose Address Registry, and 224.0.0.0/3 as a whole. */
const V4: readonly Range[] = [
  range([0], 8, 'this_network'),
  range([10], 8, 'private'),
  range([100, 64], 10, 'carrier_nat'),
  range([127], 8, 'loopback'),
  range([169, 254], 16, 'link_local'),
  range([172, 16], 12, 'private'),
  range([192, 0, 0], 24, 'protocol'),
  range([192, 0, 2], 24, 'documentation'),
  range([192, 31, 196], 24, 'special'),
  range([192, 52, 193], 24, 'special'),
  range([192, 88, 99], 24, 'relay'),
  range([192, 168], 16, 'private'),
  range([192, 175, 48], 24, 'special'),
  range([198, 18], 15, 'benchmark'),
  range([198, 51, 100], 24, 'documentation'),
  range([203, 0, 113], 24, 'documentation'),
  // What a cloud's machines ask for their credentials, outside the ranges above.
  range([168, 63, 129, 16], 32, 'metadata'),
  range([224], 4, 'multicast'),
  range([240], 4, 'reserved'),
];

/** IPv6 inside 2000::/3; everything outside it is no unicast address of the internet. Source: the IANA registry. */
const V6: readonly Range[] = [
  range([0x20, 0x01, 0x00], 23, 'protocol'),
  range([0x20, 0x01, 0x0d, 0xb8], 32, 'documentation'),
  range([0x20, 0x02], 16, 'six_to_four'),
  range([0x26, 0x20, 0x00, 0x4f, 0x80], 48, 'special'),
  range([0x3f, 0xff, 0x00], 20, 'documentation'),
];

/** Ranges that get a name of their own although they lie outside 2000::/3. */
const NAMED_V6: readonly Range[] = [
  range([0xfe, 0x80], 10, 'link_local'),
  range([0xfe, 0xc0], 10, 'site_local'),
  range([0xfc], 7, 'private'),
  range([0xff], 8, 'multicast'),
  range([0x00, 0x64, 0xff, 0x9b], 32, 'nat64'),
  range([0x01, 0x00], 16, 'discard'),
];

/**
 * Why nothing may be sent to an IP address (promise A6), as a code; undefined for a unicast address of the internet.
 * Anything that is not plainly an address is refused too. Addresses that carry an IPv4 address are refused as such:
 * no receiver on the internet needs them.
 */
export function judgeAddress(address: string): string | undefined {
  const v4 = parseV4(address);
  if (v4) return V4.find((one) => isIn(v4, one))?.why;
  const v6 = parseV6(address);
  if (!v6) return 'not_an_address';
  if (v6.slice(0, 10).every((byte) => byte === 0)) return judgeEmbedded(v6);
  const named = NAMED_V6.find((one) => isIn(v6, one));
  if (named) return named.why;
  if (((v6[0] ?? 0) & 0xe0) !== 0x20) return 'reserved';
  return V6.find((one) => isIn(v6, one))?.why;
}

/** `::`, `::1`, IPv4-mapped and IPv4-compatible addresses. */
function judgeEmbedded(bytes: readonly number[]): string {
  if (bytes.every((byte) => byte === 0)) return 'this_network';
  if (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return 'loopback';
  return 'ipv4_in_ipv6';
}

function isIn(bytes: readonly number[], { bytes: first, bits }: Range): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff;
    if (((bytes[bit / 8] ?? 0) & mask) !== ((first[bit / 8] ?? 0) & mask)) return false;
  }
  return true;
}

/** Four decimal parts without leading zeros: other ways to write an IPv4 address mean different things to different programs. */
function parseV4(address: string): readonly number[] | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseV6(address: string): readonly number[] | undefined {
  const halves = address.split('::');
  const parsed = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  const [head, tail = []] = parsed;
  if (parsed.length > 2 || head === undefined || parsed.includes(undefined)) return undefined;
  const left = 8 - head.length - tail.length;
  if (parsed.length === 2 ? left < 1 : left !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: left }, () => 0), ...tail];
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

/** 16-bit groups; the last part of the address may be an IPv4 address. Undefined when one is malformed. */
function groupsOf(text: string, mayEndInV4: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const v4 = mayEndInV4 && index === parts.length - 1 ? parseV4(part) : undefined;
    if (v4) {
      const [a = 0, b = 0, c = 0, d = 0] = v4;
      groups.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
