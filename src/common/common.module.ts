import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { AuditService } from './audit/audit.service.js';
import { ApiKeysController } from './auth/api-keys.controller.js';
import { ApiKeysService } from './auth/api-keys.service.js';
import { AuthGuard } from './auth/auth.guard.js';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health.service.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { IdempotencyService } from './idempotency/idempotency.service.js';
import { createLogger } from './logger.js';
import { LOGGER } from './logger.token.js';
import { MetricsRegistry } from './metrics/metrics-registry.js';
import { OpenapiHolder } from './openapi/openapi-holder.js';
import { PagesController } from './pages/pages.controller.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { SecretBox } from './secret-box.js';
import { SchemaValidationPipe } from './schema-validation.pipe.js';

/** What worker and commands need of the frame, too. */
@Global()
@Module({
  providers: [
    AuditService,
    ApiKeysService,
    MetricsRegistry,
    SecretBox,
    { provide: LOGGER, inject: [CONFIG], useFactory: (config: Config) => createLogger(config.log.level, 'baton') },
  ],
  exports: [AuditService, ApiKeysService, MetricsRegistry, SecretBox, LOGGER],
})
export class CommonModule {}

/** The HTTP frame of the api process: guard, schemas, idempotency, problems, health, pages. */
@Module({
  imports: [DiscoveryModule],
  controllers: [ApiKeysController, HealthController, PagesController],
  providers: [
    HealthService,
    IdempotencyService,
    OpenapiHolder,
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_PIPE, useClass: SchemaValidationPipe },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_FILTER, inject: [LOGGER], useFactory: (logger: Logger) => new ProblemDetailsFilter(logger) },
  ],
  exports: [OpenapiHolder],
})
export class HttpFrameModule {}
