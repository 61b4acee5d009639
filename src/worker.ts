import 'reflect-metadata';
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { createLogger, describeError } from './common/logger.js';
import { loadConfig } from './config/config.js';
import { serveHealth } from './integrations/http/health-server.js';
import { METRICS_TYPE } from './operations/metrics.service.js';
import { sdkLogger } from './temporal/sdk-logger.js';
import { startWorker } from './worker-host.js';

const config = loadConfig(process.env);
const logger = createLogger(config.log.level, 'worker');

try {
  // The runtime must not listen to signals of its own: stopping has an order.
  Runtime.install({
    shutdownSignals: [],
    logger: sdkLogger(logger),
    // The engine client's core would write coloured lines of its own beside the JSON.
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} } },
  });
  const worker = await startWorker(config, logger);
  let stopping = false;
  const health = await serveHealth(config.worker.healthPort, {
    ready: async () => (stopping ? { status: 'stopping' } : { ...(await worker.health()) }),
    metrics: async () => ({ type: METRICS_TYPE, text: await worker.metrics() }),
  });
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info('worker stops');
    await worker.stop();
    health.close();
    process.exit(code);
  };
  process.once('SIGINT', () => void stop(0));
  process.once('SIGTERM', () => void stop(0));
  worker.done.then(
    () => stop(stopping ? 0 : 1),
    (error: unknown) => {
      logger.fatal({ err: describeError(error) }, 'worker crashed');
      process.exit(1);
    },
  );
  logger.info({ health: health.address() }, 'worker ready');
} catch (error) {
  logger.fatal({ err: describeError(error) }, 'could not start');
  process.exit(1);
}
