import { readFileSync } from 'node:fs';

const EVERY_MS = 100;

/** Samples of the resident memory of a process, in MB. */
export interface MemorySamples {
  readonly first: number;
  peak(): number;
  stop(): void;
}

/** Watches a process from now on. */
export function sampleMemory(pid: number): MemorySamples {
  const first = residentMb(pid) ?? 0;
  let peak = first;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMb(pid) ?? 0);
  }, EVERY_MS);
  return { first, peak: () => peak, stop: () => clearInterval(timer) };
}

function residentMb(pid: number): number | undefined {
  try {
    const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kb === undefined ? undefined : Number(kb) / 1024;
  } catch {
    return undefined;
  }
}
