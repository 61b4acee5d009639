import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

let installed = false;

/**
 * The engine's runtime, of which a process has one, whichever of its test files is the first to need it. It leaves signals
 * alone and keeps warnings to itself: refused replays and lost tasks are what many tests want to see.
 */
export function installTemporalRuntime(): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
}
