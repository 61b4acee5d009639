import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { parse } from 'yaml';
import { unreadable } from '../common/problem.js';

interface ParsingServer {
  hasContentTypeParser(type: string): boolean;
  addContentTypeParser(
    types: string[],
    options: { parseAs: 'string' },
    parser: (request: unknown, body: string, done: (error: Error | null, value?: unknown) => void) => void,
  ): void;
}

/** Documents may be sent as people write them: in YAML. */
@Injectable()
export class YamlBodies implements OnModuleInit {
  constructor(private readonly adapters: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.adapters.httpAdapter.getInstance<ParsingServer>();
    const types = ['application/yaml', 'text/yaml', 'application/x-yaml'];
    server.addContentTypeParser(
      types.filter((type) => !server.hasContentTypeParser(type)),
      { parseAs: 'string' },
      (_request, body, done) => {
        try {
          done(null, parseYaml(body));
        } catch (error) {
          const why = error instanceof Error ? error.message.split('\n')[0] : 'no YAML';
          done(unreadable(`The document is not readable as YAML: ${why}`));
        }
      },
    );
  }
}

/** Plain JSON values only: anchors are bounded, and a key that would reach a prototype is refused (promise A21). */
function parseYaml(text: string): unknown {
  return parse(
    text,
    (key, value: unknown) => {
      if (key === '__proto__' || key === 'constructor') throw new Error(`${key} is no key of a document`);
      return value;
    },
    { schema: 'core', maxAliasCount: 20 },
  );
}
