import { sha256, stableJson } from '../../common/stable-json.js';

/** Of a document, whatever the order its fields are written in. */
export const digestOf = (document: unknown): string => sha256(stableJson(document));
