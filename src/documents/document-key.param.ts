import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { keyField } from '../../domain/document-field.schema.js';
import type { HttpRequest } from '../common/http.js';
import { notFound } from '../common/problem.js';
import { SINGLE_KEY } from './documents.service.js';

/** The key in the address, or that of a kind of which there is one. A key that can not exist is 404. */
export const DocumentKeyParam = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<HttpRequest & { readonly params: { readonly key?: string } }>();
  const key = request.params.key ?? SINGLE_KEY;
  if (!keyField.safeParse(key).success) throw notFound();
  return key;
});
