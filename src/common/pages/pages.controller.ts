import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Config, TemporalConfig } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Public } from '../auth/scopes.decorator.js';
import { escapeHtml } from '../escape-html.js';
import type { HttpReply } from '../http.js';
import { describeProblem } from '../openapi/create-openapi.js';
import { OpenapiHolder } from '../openapi/openapi-holder.js';
import { notFound } from '../problem.js';
import { DOCS_CSP, DOCS_PAGE, DOCS_START, docsAsset } from './docs-assets.js';
import { homePage } from './home-page.js';
import { PAGE_CSP, pageLayout } from './page-layout.js';

const HTML = 'text/html; charset=utf-8';

/** The list of leads: the UI's own start page shows another namespace. */
const namespaceUrl = ({ uiUrl, namespace }: TemporalConfig): string | null =>
  uiUrl === null ? null : `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows`;

/** Pages for people that need no key: home, API documentation, what a problem type means. */
@ApiExcludeController()
@Controller()
@Public()
export class PagesController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly openapi: OpenapiHolder,
  ) {}

  @Get()
  home(@Res() reply: HttpReply): void {
    const { http, temporal, mail } = this.config;
    const links = { baseUrl: http.baseUrl, temporalUiUrl: namespaceUrl(temporal), mailboxUrl: mail.mailboxUrl };
    reply.header('content-security-policy', PAGE_CSP).type(HTML).send(homePage(links));
  }

  @Get('openapi.json')
  document(@Res() reply: HttpReply): void {
    reply.type('application/json; charset=utf-8').send(this.openapi.json());
  }

  @Get('docs')
  docs(@Res() reply: HttpReply): void {
    reply.header('content-security-policy', DOCS_CSP).type(HTML).send(DOCS_PAGE);
  }

  @Get('docs/start.js')
  docsStart(@Res() reply: HttpReply): void {
    reply.type('text/javascript; charset=utf-8').send(DOCS_START);
  }

  @Get('docs/:asset')
  async docsAsset(@Param('asset') name: string, @Res() reply: HttpReply): Promise<void> {
    const asset = await docsAsset(name);
    if (asset === undefined) throw notFound();
    reply.header('cache-control', 'public, max-age=3600').type(asset.type).send(asset.content);
  }

  @Get('problems/:slug')
  problem(@Param('slug') slug: string, @Res() reply: HttpReply): void {
    const problem = describeProblem(slug);
    if (problem === undefined) throw notFound();
    const body = `<h1>${escapeHtml(problem.title)}</h1>
<p class="lead">Problem type <code>/problems/${escapeHtml(slug)}</code>, answered with status ${problem.status}.</p>
<p><a href="/docs">API documentation</a></p>`;
    reply.header('content-security-policy', PAGE_CSP).type(HTML).send(pageLayout(problem.title, body));
  }
}
