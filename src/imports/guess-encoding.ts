export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type ImportEncoding = (typeof ENCODINGS)[number];

/** Bytes of the mark that UTF-8 files of some programs begin with. */
export const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Reads a file as it comes, piece by piece, and says what it is written in. */
export class EncodingGuess {
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true });
  private beginning = Buffer.alloc(0);
  private wellFormed = true;
  private nul = false;

  feed(bytes: Buffer): void {
    if (this.beginning.length < UTF8_MARK.length) {
      this.beginning = Buffer.concat([this.beginning, bytes.subarray(0, UTF8_MARK.length)]);
    }
    this.nul ||= bytes.includes(0);
    this.decode(bytes, true);
  }

  /** After the last piece: UTF-16 by its mark, UTF-8 when every byte fits, else windows-1252, in which everything fits. */
  encoding(): ImportEncoding {
    const [first, second] = this.beginning;
    if (first === 0xff && second === 0xfe) return 'utf-16le';
    if (first === 0xfe && second === 0xff) return 'utf-16be';
    return this.isUtf8() ? 'utf-8' : 'windows-1252';
  }

  isUtf8(): boolean {
    this.decode(Buffer.alloc(0), false);
    return this.wellFormed;
  }

  /** No text but UTF-16 has bytes of zero. */
  hasNul(): boolean {
    return this.nul;
  }

  /** Whether the bytes begin with the mark of UTF-8. */
  hasUtf8Mark(): boolean {
    return this.beginning.subarray(0, UTF8_MARK.length).equals(UTF8_MARK);
  }

  private decode(bytes: Buffer, more: boolean): void {
    if (!this.wellFormed) return;
    try {
      this.utf8.decode(bytes, { stream: more });
    } catch {
      this.wellFormed = false;
    }
  }
}
