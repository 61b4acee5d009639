import type { HttpRequest } from './http.js';
import { sha256 } from './stable-json.js';
import { uuidV7 } from '../database/uuid-v7.js';

/**
 * Id of the command a request makes: the same for a repetition with its Idempotency-Key, so that Temporal runs it once
 * even where our own memory of the key is gone (architecture: Commands).
 */
export function updateIdOf(request: HttpRequest): string {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return uuidV7();
  return sha256(JSON.stringify([request.method, request.url, request.caller?.keyId ?? 'public', key]));
}
