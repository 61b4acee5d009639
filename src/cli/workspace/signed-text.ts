import { sha256, stableJson } from '../../common/stable-json.js';
import type { SignaturesFile } from './read-workspace.js';

/** Of a document as it is stored, whatever the order its fields are written in. */
export const digestOf = (document: unknown): string => sha256(stableJson(document));

/** Whether the signatures are of this text; those without a digest are of whatever the document says. */
export const isSignedText = ({ of }: SignaturesFile, written: unknown): boolean =>
  of === undefined || of === digestOf(written);
