import 'reflect-metadata';
import { AppModule } from './app.module.js';
import { createHttpApp } from './common/http-app.js';
import { createLogger, describeError } from './common/logger.js';
import { loadConfig } from './config/config.js';

const config = loadConfig(process.env);
const logger = createLogger(config.log.level, 'api');

try {
  const app = await createHttpApp(AppModule.forRoot(config), config, logger);
  app.enableShutdownHooks(['SIGINT', 'SIGTERM'], { useProcessExit: true });
  await app.listen(config.http.port, config.http.host);
  logger.info({ url: await app.getUrl() }, 'listening');
} catch (error) {
  logger.fatal({ error: describeError(error) }, 'could not start');
  process.exit(1);
}
