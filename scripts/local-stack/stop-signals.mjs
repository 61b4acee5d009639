const forceAfterMs = 1_500;

/**
 * npm passes on a Ctrl-C that the terminal has already sent, so the same wish arrives twice at once; a second one that
 * comes later means "now".
 *
 * @param {{ onStop: (signal: NodeJS.Signals) => void, onForce: () => void }} handlers onStop is called once
 */
export function onStopSignals({ onStop, onForce }) {
  /** @type {number | undefined} */
  let askedAt;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      const now = Date.now();
      if (askedAt === undefined) {
        askedAt = now;
        onStop(signal);
      } else if (now - askedAt > forceAfterMs) {
        onForce();
      }
    });
  }
}
