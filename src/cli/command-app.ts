import { type INestApplicationContext, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommonModule } from '../common/common.module.js';
import type { Config } from '../config/config.js';
import { ConfigModule } from '../config/config.module.js';
import { DatabaseModule } from '../database/database.module.js';

@Module({})
class CommandModule {}

/** Runs `work` with the services of those modules and closes everything afterwards. */
export async function withCommandApp<T>(
  config: Config,
  imports: NonNullable<ModuleMetadata['imports']>,
  work: (app: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const module = {
    module: CommandModule,
    imports: [ConfigModule.forRoot(config), DatabaseModule, CommonModule, ...imports],
  };
  const app = await NestFactory.createApplicationContext(module, { logger: ['fatal'], abortOnError: false });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}
