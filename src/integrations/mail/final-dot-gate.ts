import { Readable } from 'node:stream';

/**
 * Stands between a composed message and the connection and knows whether the end of the message was let through. The
 * connection writes the final dot only after that end, and a server delivers nothing without the dot: as long as the
 * gate is `open` or `shut`, nothing can have been delivered. It lets the end through once, so that no retry of a
 * library below can send a message twice.
 */
export class FinalDotGate {
  private state: 'open' | 'passed' | 'shut' = 'open';

  /** The server may have the whole message. */
  get passed(): boolean {
    return this.state === 'passed';
  }

  /** Gives the message up. False when it is too late for that. */
  shut(): boolean {
    if (this.state === 'open') this.state = 'shut';
    return this.state === 'shut';
  }

  /** The message as the connection reads it: pulled on demand, so buffers of the composer do not end it early. */
  guard(message: Readable): Readable {
    return Readable.from(this.chunks(message), { objectMode: false, highWaterMark: 1 });
  }

  private async *chunks(message: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of message as AsyncIterable<Buffer>) yield chunk;
    if (this.state !== 'open') throw new Error(`The message was ${this.state === 'shut' ? 'given up' : 'sent before'}`);
    this.state = 'passed';
  }
}
