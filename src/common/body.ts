import { Body, Param, Query } from '@nestjs/common';
import type { ZodType } from 'zod';

/** The JSON body, parsed by a strict schema: all unknown and invalid fields at once as 422. */
export const ZodBody = (schema: ZodType): ParameterDecorator => Body({ schema });

/** The whole query string as one object; a schema says `z.coerce` where it wants numbers. */
export const ZodQuery = (schema: ZodType): ParameterDecorator => Query({ schema });

/** One path parameter. An id that cannot exist is 404 like one that does not (promise A2). */
export const ZodParam = (name: string, schema: ZodType): ParameterDecorator => Param(name, { schema });
