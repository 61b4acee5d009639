import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import type { Scope } from '../auth/caller.js';
import { whoMayCall } from '../auth/scopes.decorator.js';
import { PROBLEMS, type ProblemSlug } from '../problem.js';
import { zodToOpenapi } from './zod-to-openapi.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const problemSchema = z
  .looseObject({
    type: z.string().meta({ description: 'Stable: /problems/<slug>' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

/** In the order a lead meets them; without it the documentation begins with whatever module was loaded first. */
const TAGS = [
  ...['Intake', 'Leads', 'One lead', 'Sales'],
  ...['Definitions', 'Policies', 'Campaigns', 'Organisation', 'Operations'],
];

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const slugsByStatus = (status: number): string =>
  Object.entries(PROBLEMS)
    .filter(([, problem]) => problem.status === status)
    .map(([slug]) => slug)
    .join(' or ');

/** Which refusals an operation can answer with, from what it takes. */
function refusalsOf(operation: Operation, method: string): number[] {
  const secured = (operation.security ?? []).length > 0;
  const takesBody = operation.requestBody !== undefined;
  const parameters = operation.parameters ?? [];
  const has = (place: string) => parameters.some((parameter) => 'in' in parameter && parameter.in === place);
  return [
    400,
    ...(secured ? [401, 403] : []),
    404,
    ...(method === 'get' ? [] : [409, 413, 415]),
    ...(has('path') ? [414] : []),
    ...(takesBody || has('query') || method !== 'get' ? [422] : []),
    ...(method === 'put' || method === 'patch' ? [412] : []),
    429,
    500,
    503,
  ];
}

/** Adds the refusals every operation shares, so that no answer is undocumented (promise P17). */
function documentRefusals(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      for (const status of refusalsOf(operation, method)) {
        operation.responses[String(status)] ??= {
          description: `Problem: ${slugsByStatus(status)}`,
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        };
      }
    }
  }
}

/** Whether a body may be left out is for its schema to say (`SchemaValidationPipe`); `optional` holds those that say so. */
function documentAbsentBodies(document: OpenAPIObject, optional: ReadonlySet<string>): void {
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const body = item[method]?.requestBody;
      const schema = body !== undefined && 'content' in body ? body.content['application/json']?.schema : undefined;
      if (schema !== undefined) Object.assign(body ?? {}, { required: !optional.has(JSON.stringify(schema)) });
    }
  }
}

function tagsOf(document: OpenAPIObject): { name: string }[] {
  const operations = Object.values(document.paths).flatMap((item) => METHODS.map((method) => item[method]));
  const used = new Set(operations.flatMap((operation) => operation?.tags ?? []));
  return [...new Set([...TAGS.filter((tag) => used.has(tag)), ...used])].map((name) => ({ name }));
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const operationIdOf = (controller: string, method: string): string =>
  `${lowerFirst(controller.replace(/Controller$/, ''))}_${method}`;

/** By operation id; asked of the same function as the guard asks, so that the document cannot say otherwise. */
function scopesByOperation(app: INestApplication): Map<string, readonly Scope[]> {
  const scopes = new Map<string, readonly Scope[]>();
  const scanner = new MetadataScanner();
  for (const { instance, metatype } of app.get(DiscoveryService).getControllers()) {
    if (typeof instance !== 'object' || instance === null || typeof metatype !== 'function') continue;
    const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
    for (const method of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[method];
      const allowed = handler === undefined ? 'everybody' : whoMayCall(handler, metatype);
      if (allowed !== 'everybody') scopes.set(operationIdOf(metatype.name, method), allowed);
    }
  }
  return scopes;
}

function documentScopes(document: OpenAPIObject, scopes: ReadonlyMap<string, readonly Scope[]>): void {
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      const allowed = scopes.get(operation?.operationId ?? '');
      if (operation === undefined || allowed === undefined) continue;
      Object.assign(operation, { security: [{ apiKey: [] }], 'x-baton-scopes': allowed });
    }
  }
}

/** The OpenAPI 3.1 document, generated from the schemas the controllers parse with. */
export function createOpenapi(app: INestApplication, baseUrl: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Baton')
    .setDescription('Durable lead nurture and marketing-to-sales handoff: every lead is one long-lived workflow.')
    .setVersion('1')
    .addServer(baseUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'bt_<prefix>_<secret>' }, 'apiKey')
    .build();
  let unnamed = 0;
  const optional = new Set<string>();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: operationIdOf,
    standardSchemaConverter: (schema, { schemaType }) => {
      if (!(schema instanceof z.ZodType)) return undefined;
      unnamed += 1;
      const converted = zodToOpenapi(schema, schemaType, `Schema${unnamed}`);
      if (schemaType === 'input' && schema.safeParse(undefined).success) optional.add(JSON.stringify(converted.schema));
      return { schema: converted.schema, components: { ...converted.components } };
    },
  });
  const problem = zodToOpenapi(problemSchema, 'output', 'Problem');
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...(problem.components as Record<string, object>) },
  };
  document.tags = tagsOf(document);
  documentScopes(document, scopesByOperation(app));
  documentAbsentBodies(document, optional);
  documentRefusals(document);
  return document;
}

/** One line per problem type, for the pages at `/problems/<slug>`. */
export const describeProblem = (slug: string): { title: string; status: number } | undefined =>
  Object.hasOwn(PROBLEMS, slug) ? PROBLEMS[slug as ProblemSlug] : undefined;
