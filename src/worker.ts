import 'reflect-metadata';
import { createServer } from 'node:http';
import { Runtime } from '@temporalio/worker';
import { createLogger, describeError } from './common/logger.js';
import { loadConfig } from './config/config.js';
import { startWorker } from './worker-host.js';

const config = loadConfig(process.env);
const logger = createLogger(config.log.level, 'worker');

try {
  // The runtime must not listen to signals of its own: stopping has an order.
  Runtime.install({ shutdownSignals: [] });
  const worker = await startWorker(config, logger);
  let stopping = false;
  const health = createServer((_request, response) => {
    response.writeHead(stopping ? 503 : 200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ status: stopping ? 'stopping' : 'ready' }));
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
  health.listen(config.worker.healthPort, '127.0.0.1', () => {
    logger.info({ health: health.address() }, 'worker ready');
  });
} catch (error) {
  logger.fatal({ err: describeError(error) }, 'could not start');
  process.exit(1);
}
