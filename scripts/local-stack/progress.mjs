/**
 * @typedef {object} Progress
 * @property {<Result>(name: string, work: (note: (text: string) => void) => Promise<Result>, outcome?: (result: Result) => string) => Promise<Result>} step
 *   runs the work and prints one line: name, outcome, seconds; `note` shows where a long step stands
 * @property {(text: string) => void} say one line
 */

const noteEveryMs = 10_000;

/**
 * @param {NodeJS.WritableStream & { isTTY?: boolean }} out
 * @returns {Progress}
 */
export function createProgress(out) {
  const inPlace = out.isTTY === true;
  /** @param {string} name @param {string} text */
  const line = (name, text) => `  ${name.padEnd(14)} ${text}`;
  return {
    say: (text) => void out.write(`${text}\n`),
    step: async (name, work, outcome) => {
      const begun = Date.now();
      let notedAt = begun;
      /** @param {string} text */
      const note = (text) => {
        const now = Date.now();
        if (inPlace) {
          if (now - notedAt < 100) return;
          out.write(`\r\u001b[K${line(name, `${text}, ${seconds(now - begun)}`)}`);
        } else {
          if (now - notedAt < noteEveryMs) return;
          out.write(`${line(name, `${text}, ${seconds(now - begun)}`)}\n`);
        }
        notedAt = now;
      };
      if (inPlace) out.write(line(name, '…'));
      try {
        const result = await work(note);
        const text = outcome?.(result) ?? 'done';
        out.write(`${inPlace ? '\r\u001b[K' : ''}${line(name, `${text} (${seconds(Date.now() - begun)})`)}\n`);
        return result;
      } catch (error) {
        if (inPlace) out.write(`\r\u001b[K`);
        throw error;
      }
    },
  };
}

/** @returns {Progress} says nothing */
export function createSilentProgress() {
  return { say: () => undefined, step: (_name, work) => work(() => undefined) };
}

/**
 * @param {number} durationMs
 * @returns {string} `0.4 s`, `75 s`
 */
export function seconds(durationMs) {
  return durationMs < 10_000 ? `${(durationMs / 1000).toFixed(1)} s` : `${Math.round(durationMs / 1000)} s`;
}
