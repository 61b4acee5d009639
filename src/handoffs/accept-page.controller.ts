import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Public } from '../common/auth/scopes.decorator.js';
import type { HttpReply, HttpRequest } from '../common/http.js';
import { ProblemException } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { handoffDocumentPage } from './document/handoff-document.view.js';
import { HandoffDocumentsService } from './document/handoff-documents.service.js';
import { OrganisationService } from '../people/organisation.service.js';
import type { Person } from '../people/people.service.js';
import { AcceptPageService } from './accept-page.service.js';
import { decidedPage, offerPage, type PageSources, plainPage, rejectPage } from './accept-page.view.js';
import { leadNow } from './handoff.presenter.js';
import { HandoffsReadModel } from './handoffs.read-model.js';
import { type OpenedLink, OfferLinkService } from './offer-link.service.js';
import { answerPage, formOf } from './page-answer.js';
import { isNonce, isSameOrigin, showNonce } from './page-nonce.js';

type Opened = Extract<OpenedLink, { ok: true }>;

/** What a link that opens nothing shows, and with which status. */
const CLOSED: Readonly<Record<Extract<OpenedLink, { ok: false }>['why'], readonly [status: number, page: string]>> = {
  expired: [
    410,
    plainPage(
      'This link has expired',
      'An offer can be answered from its mail for 30 days. Ask your team owner, or answer over the API.',
    ),
  ],
  invalid: [404, plainPage('This link is not valid', 'It may have been cut off in the mail. Nothing was decided.')],
  not_yours: [
    403,
    plainPage('This handoff is not yours to decide', 'It belongs to another team now. Nothing was decided.'),
  ],
  left: [
    403,
    plainPage(
      'You no longer decide about offers',
      'You are not active here any more, and your open offers go to others. Nothing was decided.',
    ),
  ],
};

/** What came of a choice that the page does not say by itself. */
const DONE: Readonly<Record<string, string>> = {
  undo: 'Taken back: the offer is open again.',
  stop_air_cover: 'Marketing writes nothing more to this lead while you have it.',
};

const NOTHING_SIGNED = plainPage(
  'Nothing was signed about this offer',
  'It was made by a person, without a definition.',
);

/**
 * The page behind the links of an offer mail. GET and HEAD show and change nothing, whoever opens them; a decision needs
 * the signed link, a pressed button with its own value, the nonce of the page that was shown, and the page's own origin
 * (promises P9, A1).
 */
@ApiExcludeController()
@Controller('l')
@Public()
export class AcceptPageController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly links: OfferLinkService,
    private readonly reads: HandoffsReadModel,
    private readonly agreements: HandoffDocumentsService,
    private readonly organisations: OrganisationService,
    private readonly pages: AcceptPageService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get(':token')
  async show(@Param('token') token: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const opened = await this.links.open(token);
    if (!opened.ok) return answerPage(reply, ...CLOSED[opened.why]);
    await this.answerOpened(request, reply, token, opened, { status: 200, message: null });
  }

  /** What both teams have signed about offers like this one. */
  @Get(':token/document')
  async document(@Param('token') token: string, @Res() reply: HttpReply): Promise<void> {
    const opened = await this.links.open(token);
    if (!opened.ok) return answerPage(reply, ...CLOSED[opened.why]);
    const page = await this.agreements.ofVersions(this.dataSource.manager, opened.view.versions);
    if (page === undefined) return answerPage(reply, 404, NOTHING_SIGNED);
    answerPage(reply, 200, handoffDocumentPage(page));
  }

  @Post(':token')
  @HttpCode(200)
  async decide(@Param('token') token: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const opened = await this.links.open(token);
    if (!opened.ok) return answerPage(reply, ...CLOSED[opened.why]);
    const form = formOf(request.body);
    if (!isSameOrigin(request) || !isNonce(request, 'l', token, form['nonce'])) {
      // Another site may have written this form: none of its words are shown.
      const message = 'Not saved. Press again, it cannot count twice.';
      return this.answerOpened(request, reply, token, opened, { status: 403, message });
    }
    try {
      const refusal = await this.pages.decide(opened, form, token);
      if (refusal !== undefined) {
        return await this.answerOpened(request, reply, token, opened, { status: 422, message: refusal, typed: form });
      }
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      // Somebody else was first: the page says who. Everything else is told and may be repeated.
      const now = error.slug === 'conflict' ? await this.again(opened) : opened;
      const message =
        error.slug === 'unavailable' ? 'Not saved yet. Press again, it cannot count twice.' : error.detail;
      const isTold = now.view.state !== 'offered' && DONE[String(form['choice'])] === undefined;
      const shown = isTold ? null : message;
      return await this.answerOpened(request, reply, token, now, { status: error.status, message: shown, typed: form });
    }
    const message = DONE[String(form['choice'])] ?? null;
    await this.answerOpened(request, reply, token, await this.again(opened), { status: 200, message });
  }

  private async answerOpened(
    request: HttpRequest,
    reply: HttpReply,
    token: string,
    { person, view }: Opened,
    { status, message, typed }: { status: number } & Pick<PageSources, 'message' | 'typed'>,
  ): Promise<void> {
    const reader = await this.reader(person);
    const nonce = showNonce(request, reply, {
      page: 'l',
      token,
      secure: this.config.http.baseUrl.startsWith('https:'),
    });
    const now = leadNow(view, Date.now());
    const after = await this.pages.after(view);
    const sources: PageSources = { reader, view, now, nonce, path: `/l/${token}`, message, typed, after };
    if (view.state !== 'offered') return answerPage(reply, status === 200 ? 200 : 409, decidedPage(sources));
    const wantsReject = /\?(.*&)?reject(=|&|$)/.test(request.url);
    answerPage(reply, status, wantsReject ? rejectPage(sources, await this.pages.reasons(now)) : offerPage(sources));
  }

  /** As it stands after a decision. */
  private async again(opened: Opened): Promise<Opened> {
    return { ...opened, view: (await this.reads.byId(this.dataSource.manager, opened.view.id)) ?? opened.view };
  }

  private async reader({ id, name, zone }: Person): Promise<PageSources['reader']> {
    const organisation = await this.organisations.get(this.dataSource.manager);
    return { personId: id, name, zone, organisation: organisation.name };
  }
}
