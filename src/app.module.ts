import { type DynamicModule, Module } from '@nestjs/common';
import { CommonModule, HttpFrameModule } from './common/common.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';

/** The api process: the frame and every feature. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [ConfigModule.forRoot(config), DatabaseModule, CommonModule, HttpFrameModule],
    };
  }
}
