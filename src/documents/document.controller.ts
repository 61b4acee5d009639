import { Controller, Get, Headers, HttpCode, Post, Put, Res, type Type } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import type { HttpReply } from '../common/http.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { noteQuerySchema } from '../common/note.schema.js';
import type { DocumentKind } from './document.entity.js';
import { DocumentKeyParam } from './document-key.param.js';
import { DocumentPagesService } from './document-pages.service.js';
import {
  documentAnswers,
  documentPageSchema,
  lintAnswerSchema,
  lintRequestSchema,
  listDocumentsSchema,
  noteRequestSchema,
  publicationSchema,
  versionPageSchema,
  writtenDocument,
} from './documents.schema.js';
import { quoteEtag } from './if-match.js';
import { versionParam } from './version.param.js';

interface DocumentControllerOptions {
  /** Class name; operations are named after it. */
  readonly name: string;
  readonly path: string;
  readonly kind: DocumentKind;
  readonly tag: string;
  /** How people call it, without article. */
  readonly what: string;
  /** One document of that kind: the address has no key. */
  readonly single?: boolean;
}

/** The addresses of one kind of versioned document (api: Definitions). */
export function documentController(options: DocumentControllerOptions): Type<unknown> {
  const { kind, what } = options;
  const answers = documentAnswers(kind);
  const at = (rest: string): string => (options.single === true ? rest : rest === '' ? ':key' : `:key/${rest}`);
  const Keyed: MethodDecorator =
    options.single === true ? () => undefined : ApiParam({ name: 'key', schema: { type: 'string' } });

  @ApiTags(options.tag)
  @Controller(options.path)
  @Scopes('marketing', 'sales', 'admin')
  class DocumentController {
    constructor(protected readonly pages: DocumentPagesService) {}

    @Get(at(''))
    @Keyed
    @ApiOperation({ summary: `The ${what}: what decides now and what is drafted` })
    @ApiResponse({ status: 200, standardSchema: answers.head })
    get(@DocumentKeyParam() key: string) {
      return this.pages.head(kind, key);
    }

    @Get(at('draft'))
    @Keyed
    @ApiOperation({ summary: `The draft of the ${what}, with its ETag` })
    @ApiResponse({ status: 200, standardSchema: answers.draft })
    async draft(@DocumentKeyParam() key: string, @Res({ passthrough: true }) reply: HttpReply) {
      const draft = await this.pages.draft(kind, key);
      reply.header('etag', quoteEtag(draft.etag));
      return draft;
    }

    @Put(at('draft'))
    @Keyed
    @Scopes('marketing', 'admin')
    @ApiHeader({ name: 'If-Match', required: false, description: 'The ETag of the draft that was read' })
    @ApiOperation({ summary: `Store the draft of the ${what}; If-Match prevents lost updates` })
    @ApiResponse({ status: 200, standardSchema: answers.draft })
    async saveDraft(
      @DocumentKeyParam() key: string,
      @ZodBody(writtenDocument(kind)) body: unknown,
      @ZodQuery(noteQuerySchema) query: z.output<typeof noteQuerySchema>,
      @Headers('if-match') ifMatch: string | undefined,
      @Caller() caller: Caller,
      @Res({ passthrough: true }) reply: HttpReply,
    ) {
      const change = { actorId: caller.personId, now: new Date(), note: query.note };
      const draft = await this.pages.saveDraft({ kind, key, ifMatch }, body, change);
      reply.header('etag', quoteEtag(draft.etag));
      return draft;
    }

    @Post(at('lint'))
    @Keyed
    @HttpCode(200)
    @Scopes('marketing', 'admin')
    @ApiOperation({ summary: `Findings about the draft, or about the document sent along` })
    @ApiResponse({ status: 200, standardSchema: lintAnswerSchema })
    lint(
      @DocumentKeyParam() key: string,
      @ZodBody(lintRequestSchema) body: z.output<typeof lintRequestSchema>,
    ): Promise<z.output<typeof lintAnswerSchema>> {
      return this.pages.lint(kind, key, new Date(), body?.document);
    }

    @Post(at('publish'))
    @Keyed
    @HttpCode(200)
    @Idempotent()
    @Scopes('marketing', 'admin')
    @ApiOperation({ summary: `Make the draft the next version of the ${what}` })
    @ApiResponse({ status: 200, standardSchema: publicationSchema })
    publish(
      @DocumentKeyParam() key: string,
      @ZodBody(noteRequestSchema) body: z.output<typeof noteRequestSchema>,
      @Caller() caller: Caller,
    ): Promise<z.output<typeof publicationSchema>> {
      return this.pages.publish(kind, key, { actorId: caller.personId, now: new Date(), note: body?.note });
    }

    @Get(at('versions'))
    @Keyed
    @ApiOperation({ summary: `Versions of the ${what}, newest first` })
    @ApiResponse({ status: 200, standardSchema: versionPageSchema })
    versions(
      @DocumentKeyParam() key: string,
      @ZodQuery(listDocumentsSchema) query: z.output<typeof listDocumentsSchema>,
    ) {
      return this.pages.versions(kind, key, query);
    }

    @Get(at('versions/:version'))
    @Keyed
    @ApiOperation({ summary: `One version of the ${what}` })
    @ApiResponse({ status: 200, standardSchema: answers.version })
    version(@DocumentKeyParam() key: string, @ZodParam('version', versionParam) version: number) {
      return this.pages.version(kind, key, version);
    }
  }

  @Controller(options.path)
  class DocumentListController extends DocumentController {
    @Get()
    @ApiOperation({ summary: `Every ${what}, by key` })
    @ApiResponse({ status: 200, standardSchema: documentPageSchema })
    list(@ZodQuery(listDocumentsSchema) query: z.output<typeof listDocumentsSchema>) {
      return this.pages.list(kind, query);
    }
  }

  const controller = options.single === true ? DocumentController : DocumentListController;
  Object.defineProperty(controller, 'name', { value: options.name });
  return controller;
}
