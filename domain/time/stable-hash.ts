/**
 * 32-bit hash of a text, the same on every machine and for ever: FNV-1a over its UTF-16 code units, mixed once more
 * (the last step of MurmurHash3) because FNV alone leaves the high bits of short texts alike. An integer in [0, 2³²).
 * Places jitter and split arms, so a change of it moves leads: never change it.
 */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
