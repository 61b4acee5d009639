import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ProblemException } from '../common/problem.js';
import { EncodingGuess, type ImportEncoding } from './guess-encoding.js';

const CHUNK_BYTES = 256 * 1024;
/** What a reader gets at once; it may stop after any. */
const SLICE_BYTES = 64 * 1024;
/** An upload that has not become an import by then has lost its process. */
const ABANDONED_MS = 3_600_000;

/** What is known of a file once its last byte is stored. */
export interface StoredFile {
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly hash: string;
  readonly encoding: ImportEncoding;
  readonly isUtf8: boolean;
  readonly hasNul: boolean;
  readonly hasUtf8Mark: boolean;
}

/** Uploaded files, in pieces in the record, so that no process holds one and any worker can go on with it. */
@Injectable()
export class ImportFilesService {
  constructor(private readonly dataSource: DataSource) {}

  /** Stores the content as it comes. Throws 413 as soon as it is larger than `maxBytes`; what was stored is to be discarded. */
  async store(importId: string, content: AsyncIterable<Buffer>, maxBytes: number, now: Date): Promise<StoredFile> {
    const guess = new EncodingGuess();
    const hash = createHash('sha256');
    let [bytes, no] = [0, 0];
    let pending: Buffer[] = [];
    let held = 0;
    const flush = async (): Promise<void> => {
      if (held === 0) return;
      const startsAt = bytes - held;
      await this.insert({ importId, no, startsAt, content: Buffer.concat(pending), now });
      [pending, held, no] = [[], 0, no + 1];
    };
    for await (const piece of content) {
      bytes += piece.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      guess.feed(piece);
      hash.update(piece);
      pending.push(piece);
      held += piece.length;
      if (held >= CHUNK_BYTES) await flush();
    }
    await flush();
    return {
      bytes,
      hash: hash.digest('hex'),
      encoding: guess.encoding(),
      isUtf8: guess.isUtf8(),
      hasNul: guess.hasNul(),
      hasUtf8Mark: guess.hasUtf8Mark(),
    };
  }

  /** Rewrites the file in UTF-8, piece by piece: from then on its bytes can be counted. */
  async toUtf8(importId: string, encoding: ImportEncoding): Promise<void> {
    const decoder = new TextDecoder(encoding);
    let startsAt = 0;
    for (let no = 0; ; no += 1) {
      const [row] = await this.dataSource.query<{ content: Buffer }[]>(
        'select content from import_chunks where import_id = $1 and no = $2',
        [importId, no],
      );
      const text = row ? decoder.decode(row.content, { stream: true }) : decoder.decode();
      const content = Buffer.from(text, 'utf8');
      if (row === undefined) {
        if (content.length > 0) await this.insert({ importId, no, startsAt, content, now: new Date() });
        return;
      }
      await this.dataSource.query(
        'update import_chunks set content = $3, starts_at = $4 where import_id = $1 and no = $2',
        [importId, no, content, startsAt],
      );
      startsAt += content.length;
    }
  }

  /** The stored file from that byte on. */
  async *read(manager: EntityManager, importId: string, from: number): AsyncGenerator<Buffer> {
    const [first] = await manager.query<{ no: number }[]>(
      `select no from import_chunks where import_id = $1 and starts_at <= $2 order by starts_at desc, no desc limit 1`,
      [importId, from],
    );
    for (let no = first?.no ?? 0; ; no += 1) {
      const [chunk] = await manager.query<{ startsAt: number; content: Buffer }[]>(
        `select starts_at::float8 as "startsAt", content from import_chunks where import_id = $1 and no = $2`,
        [importId, no],
      );
      if (chunk === undefined) return;
      for (let at = Math.max(0, from - chunk.startsAt); at < chunk.content.length; at += SLICE_BYTES) {
        yield chunk.content.subarray(at, at + SLICE_BYTES);
      }
    }
  }

  /** Holds the upload until the end of the caller's transaction: it is discarded before or after. Whether it is there. */
  async hold(manager: EntityManager, importId: string): Promise<boolean> {
    await manager.query(`select pg_advisory_xact_lock(hashtextextended('import/' || $1, 0))`, [importId]);
    const [row] = await manager.query<unknown[]>('select 1 from import_chunks where import_id = $1 limit 1', [
      importId,
    ]);
    return row !== undefined;
  }

  /** The file of an import that is over. */
  async remove(manager: EntityManager, importId: string): Promise<void> {
    await manager.query('delete from import_chunks where import_id = $1', [importId]);
  }

  /** An upload that became no import, and what processes that were killed have left. */
  async discard(importId: string, now: Date): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.hold(manager, importId);
      await manager.query(
        `delete from import_chunks c
          where (c.import_id = $1 or c.stored_at < $2) and not exists (select 1 from imports i where i.id = c.import_id)`,
        [importId, new Date(now.getTime() - ABANDONED_MS)],
      );
    });
  }

  private async insert(chunk: { importId: string; no: number; startsAt: number; content: Buffer; now: Date }) {
    await this.dataSource.query(
      'insert into import_chunks (import_id, no, starts_at, content, stored_at) values ($1, $2, $3, $4, $5)',
      [chunk.importId, chunk.no, chunk.startsAt, chunk.content, chunk.now],
    );
  }
}

/** The refusal of a file, or of a request that can only be one. */
export const tooLarge = (maxBytes: number): ProblemException =>
  new ProblemException('too-large', `A file may have ${maxBytes} bytes (IMPORT_MAX_BYTES). Send it in parts.`);
