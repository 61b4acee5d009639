/** What the JavaScript of a process holds, in MB, sampled from its metrics. */
export interface LiveMemory {
  /**
   * The least of what was in use in that part of the samples, 0 to 1: between two collections the heap holds garbage too,
   * so only the least says what is held.
   */
  least(from: number, to: number): number;
  readonly samples: number;
  stop(): Promise<void>;
}

const HELD = /^nodejs_(?:heap_size_used|external_memory)_bytes (\S+)$/gm;

/** Samples the main thread's heap and what lies outside of it, buffers above all, until it is stopped. */
export function watchLiveMemory(url: string, everyMs: number, key?: string): LiveMemory {
  const samples: number[] = [];
  let stopped = false;
  let wake = (): void => undefined;
  const sample = async (): Promise<void> => {
    while (!stopped) {
      const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const text = await (await fetch(`${url}/metrics`, { headers })).text();
      const held = [...text.matchAll(HELD)].map(([, bytes]) => Number(bytes) / 1e6);
      if (held.length !== 2) throw new Error(`the metrics tell no memory: ${text.slice(0, 200)}`);
      samples.push(held.reduce((sum, mb) => sum + mb, 0));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const done = sample();
  // Reported by `stop`.
  done.catch(() => undefined);
  return {
    least: (from, to) => Math.min(...samples.slice(Math.floor(from * samples.length), Math.ceil(to * samples.length))),
    get samples() {
      return samples.length;
    },
    stop() {
      stopped = true;
      wake();
      return done;
    },
  };
}
