import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from './config.js';

/** Injection token of the one `Config`. */
export const CONFIG = Symbol('CONFIG');

@Module({})
export class ConfigModule {
  /** Global, so that features ask for `CONFIG` without importing this module. */
  static forRoot(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
