import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { type PrepAnswer, readPrepForm } from '../../../domain/handoff/prep/read-prep-form.js';
import { chooseZone } from '../../../domain/time/choose-zone.js';
import { Public } from '../../common/auth/scopes.decorator.js';
import { findUnstorableText } from '../../common/check-json.js';
import type { HttpReply, HttpRequest } from '../../common/http.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LinkSigner } from '../../integrations/mail/link-signer.js';
import { OrganisationService } from '../../people/organisation.service.js';
import { plainPage } from '../accept-page.view.js';
import { leadNow } from '../handoff.presenter.js';
import { answerPage, formOf } from '../page-answer.js';
import { isNonce, isSameOrigin, showNonce } from '../page-nonce.js';
import { meetingCalendar } from './meeting-calendar.js';
import { PrepAnswersService } from './prep-answers.service.js';
import { prepPage } from './prep-page.view.js';
import { isToPrepare, type Prep, PrepService } from './prep.service.js';

const NOT_VALID = plainPage('This link is not valid', 'It may have been cut off in the mail. Nothing was changed.');
const EXPIRED = plainPage('This link has expired', 'Ask the person who wrote to you. Nothing was changed.');
const STALE =
  'Not saved: this page was older than what was saved since, which stands below. Change it and press again.';
const OVER = plainPage('There is nothing to prepare any more', 'Nothing was changed. You need not do anything.');

/**
 * The page of a lead's checklist. GET and HEAD show and change nothing; only the pressed button does, with the nonce of the
 * page that was shown and from the page's own origin (promises A1, A8). Its link opens nothing else.
 */
@ApiExcludeController()
@Controller('p')
@Public()
export class PrepPageController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly signer: LinkSigner,
    private readonly preps: PrepService,
    private readonly answers: PrepAnswersService,
    private readonly organisations: OrganisationService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get(':token')
  async show(@Param('token') token: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const prep = await this.open(token, reply);
    if (prep !== undefined) await this.answer(request, reply, token, prep, 200, null);
  }

  @Get(':token/calendar')
  async calendar(@Param('token') token: string, @Res() reply: HttpReply): Promise<void> {
    const prep = await this.open(token, reply);
    if (prep === undefined) return;
    const { meetingAt, handoffId, assigneeName } = prep.row;
    if (meetingAt === null) return answerPage(reply, 404, NOT_VALID);
    const { name } = await this.organisations.get(this.dataSource.manager);
    const file = meetingCalendar({
      uid: `${handoffId}@${this.config.mail.fromDomain}`,
      at: meetingAt.getTime(),
      stampedAt: meetingAt.getTime(),
      summary: `${assigneeName}, ${name}`,
    });
    reply
      .status(200)
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="meeting.ics"')
      .type('text/calendar; charset=utf-8')
      .send(file);
  }

  @Post(':token')
  @HttpCode(200)
  async save(@Param('token') token: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const prep = await this.open(token, reply);
    if (prep === undefined) return;
    const form = formOf(request.body);
    const { handoffId, leadId } = prep.row;
    // Another site may have written this form: none of its words are kept.
    const isOurs = isSameOrigin(request) && isNonce(request, 'p', token, form['nonce']);
    if (!isOurs) return this.answer(request, reply, token, prep, 403, 'Not saved. Press again.');
    if (form['choice'] !== 'save' || findUnstorableText(form).length > 0) {
      return this.answer(request, reply, token, prep, 422, 'Nothing was saved: press the button at the bottom.');
    }
    const now = new Date(leadNow(prep.row, Date.now()));
    const outcome = await this.answers.submit(handoffId, leadId, form, now);
    if (outcome === 'over') return answerPage(reply, 409, OVER);
    const after = (await this.preps.of(this.dataSource.manager, handoffId)) ?? prep;
    if (outcome === 'stale') {
      const unsaved = readPrepForm(after.checklist, form, after.answers);
      return this.answer(request, reply, token, after, 409, STALE, unsaved);
    }
    const said = outcome === 'saved' ? `Saved: ${prep.row.assigneeName} sees it.` : 'Nothing new to save.';
    await this.answer(request, reply, token, after, 200, said);
  }

  /** What the link is for; otherwise the answer is given already. */
  private async open(token: string, reply: HttpReply): Promise<Prep | undefined> {
    const verified = this.signer.verify('prep', token, Date.now());
    if (!verified.ok) {
      answerPage(reply, verified.why === 'expired' ? 410 : 404, verified.why === 'expired' ? EXPIRED : NOT_VALID);
      return undefined;
    }
    const [handoffId, leadId] = verified.subject;
    const prep = handoffId === undefined ? undefined : await this.preps.of(this.dataSource.manager, handoffId);
    if (prep === undefined || prep.row.leadId !== leadId) {
      answerPage(reply, 404, NOT_VALID);
      return undefined;
    }
    if (isToPrepare(prep)) return prep;
    answerPage(reply, 410, OVER);
    return undefined;
  }

  private async answer(
    request: HttpRequest,
    reply: HttpReply,
    token: string,
    prep: Prep,
    status: number,
    message: string | null,
    unsaved: readonly PrepAnswer[] = [],
  ): Promise<void> {
    const { name, zone } = await this.organisations.get(this.dataSource.manager);
    const { leadZone, campaignZone } = prep.row;
    const secure = this.config.http.baseUrl.startsWith('https:');
    const sources = {
      ...{ prep, organisation: name, message, unsaved, path: `/p/${token}` },
      zone: chooseZone({ lead: leadZone, campaign: campaignZone, organisation: zone }).zone,
      nonce: showNonce(request, reply, { page: 'p', token, secure }),
    };
    answerPage(reply, status, prepPage(sources));
  }
}
