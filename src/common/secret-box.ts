import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Config, SigningKey } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A secret was encrypted with a key this process does not have, or was changed. */
export class UnreadableSecret extends Error {
  override readonly name = 'UnreadableSecret';
}

/**
 * Encrypts secrets at rest with a key that is not in the database (promise A5): AES-256-GCM, stored as
 * `keyId.base64url(nonce ‖ tag ‖ ciphertext)`. The purpose is part of the key, the owner's id is authenticated with it,
 * so that a row copied over another one does not open.
 */
@Injectable()
export class SecretBox {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  seal(secret: string, purpose: string, ownerId: string): string {
    const [key] = this.config.secrets.keys;
    if (key === undefined) throw new UnreadableSecret('there is no key to encrypt secrets with');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, keyFor(key, purpose), nonce).setAAD(Buffer.from(ownerId));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return `${key.id}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
  }

  /** Throws `UnreadableSecret`. */
  open(sealed: string, purpose: string, ownerId: string): string {
    const split = sealed.indexOf('.');
    const key = this.config.secrets.keys.find(({ id }) => id === sealed.slice(0, split));
    if (key === undefined) throw new UnreadableSecret('the key this secret was encrypted with is not configured');
    const bytes = Buffer.from(sealed.slice(split + 1), 'base64url');
    try {
      const decipher = createDecipheriv(ALGORITHM, keyFor(key, purpose), bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(ownerId))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch {
      throw new UnreadableSecret('this secret does not open with its key');
    }
  }
}

/** A key of its own per purpose: what signs links encrypts nothing. */
function keyFor(key: SigningKey, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key.secret, '', `baton/secrets/${purpose}`, 32));
}
