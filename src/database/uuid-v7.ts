import { randomFillSync } from 'node:crypto';

const random = Buffer.alloc(10);
let lastMs = 0;
let counter = 0;

/** A UUIDv7 that is greater than every one this process made before, so that inserts come in key order. */
export function uuidV7(nowMs: number = Date.now()): string {
  randomFillSync(random);
  if (nowMs > lastMs) {
    lastMs = nowMs;
    // The top bit stays free, so that a burst has at least 2,048 ids before it borrows from the clock.
    counter = random.readUInt16BE(0) & 0x7ff;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const sequence = (0x7000 | counter).toString(16);
  const variant = (0x8000 | (random.readUInt16BE(2) & 0x3fff)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-${sequence}-${variant}-${random.toString('hex', 4, 10)}`;
}
