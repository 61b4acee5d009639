import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { codeField, localDateField } from '../../domain/document-field.schema.js';
import { describeRecycle } from '../../domain/handoff/describe-recycle.js';
import { FIRST_CONTACT_CHOICES, firstContactBy } from '../../domain/handoff/first-contact.js';
import { localDate, resolveLocal } from '../../domain/time/zone.js';
import { findUnstorableText } from '../common/check-json.js';
import { sha256 } from '../common/stable-json.js';
import { DocumentsService, SINGLE_KEY } from '../documents/documents.service.js';
import type { Person } from '../people/people.service.js';
import { ReasonsService } from '../policies/reasons.service.js';
import { AirCoverReadModel } from './air-cover/air-cover.read-model.js';
import type { AfterAcceptance, ReasonChoice } from './accept-page.view.js';
import type { Act } from './handoff-answers.service.js';
import { HandoffDecisionsService } from './handoff-decisions.service.js';
import { leadNow } from './handoff.presenter.js';
import type { HandoffView } from './handoffs.read-model.js';
import { PlaybookService } from './playbook/playbook.service.js';
import { PrepService } from './prep/prep.service.js';

/** An optional field of a form comes as an empty text when nobody filled it in. */
const optional = <T extends z.ZodType>(field: T) =>
  z.preprocess((value) => (typeof value === 'string' && value.trim() === '' ? undefined : value), field.optional());

const acceptForm = z.object({ choice: z.enum(FIRST_CONTACT_CHOICES) });
const rejectForm = z.object({
  choice: z.literal('reject'),
  reason: codeField,
  note: optional(z.string().trim().max(2_000)),
  notBefore: optional(localDateField),
  painPoint: optional(z.string().trim().max(1_000)),
});

const DAY_OVER = 'Nothing was decided: that day is over. Name one to come, or leave it empty.';
const NO_CHOICE = 'Nothing was decided: press one of the buttons.';
const NO_REASON = 'Nothing was decided: choose a reason first.';

/** What the forms of the page mean. */
@Injectable()
export class AcceptPageService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly documents: DocumentsService,
    private readonly reasonCatalogue: ReasonsService,
    private readonly decisions: HandoffDecisionsService,
    private readonly preps: PrepService,
    private readonly playbooks: PlaybookService,
    private readonly covers: AirCoverReadModel,
  ) {}

  /** What came after the acceptance: the checklist of the lead and the tries of the rep. */
  async after(view: HandoffView): Promise<AfterAcceptance> {
    if (view.state !== 'accepted') return {};
    const { manager } = this.dataSource;
    return {
      prep: await this.preps.of(manager, view.id),
      playbook: await this.playbooks.of(manager, view),
      cover: await this.covers.of(manager, view),
    };
  }

  /** Decides, or says what the form lacks. Throws the same problems as the API. */
  async decide(
    { person, view }: { person: Person; view: HandoffView },
    form: Readonly<Record<string, unknown>>,
    token: string,
  ): Promise<string | undefined> {
    if (findUnstorableText(form).length > 0) return 'Nothing was decided: the text contains unreadable characters.';
    const now = leadNow(view, Date.now());
    const act: Act = {
      view,
      person,
      via: 'mail',
      // Of one reading of the page: after an undo the same button is another decision.
      updateId: sha256(JSON.stringify([token, form['nonce'], form['choice'], view.undone])),
    };
    const accepted = acceptForm.safeParse(form);
    if (accepted.success) {
      await this.decisions.accept(act, { firstContactBy: firstContactBy(accepted.data.choice, person.zone, now) });
      return undefined;
    }
    if (form['choice'] === 'stop_air_cover') {
      await this.decisions.stopAirCover(act);
      return undefined;
    }
    if (form['choice'] === 'undo') {
      await this.decisions.undo(act);
      return undefined;
    }
    if (form['choice'] !== 'reject') return NO_CHOICE;
    const rejected = rejectForm.safeParse(form);
    if (!rejected.success)
      return typeof form['reason'] === 'string' ? 'Nothing was decided: check what you wrote.' : NO_REASON;
    const { reason, note, notBefore, painPoint } = rejected.data;
    const today = localDate(person.zone, now);
    if (notBefore !== undefined && notBefore < today) return DAY_OVER;
    await this.decisions.reject(
      { ...act, note },
      {
        reason,
        insights: painPoint === undefined ? [] : [{ kind: 'pain_point', text: painPoint }],
        // Not before today is at once: the day has begun.
        earliestReturnAt:
          notBefore === undefined || notBefore === today ? undefined : resolveLocal(person.zone, notBefore, '00:00'),
      },
    );
    return undefined;
  }

  /** The catalogue with what follows from each; the ones that need words last. */
  async reasons(now: number): Promise<ReasonChoice[]> {
    const { manager } = this.dataSource;
    const policy = (await this.documents.effective(manager, 'recycle', SINGLE_KEY, new Date(now)))?.body ?? {};
    const reasons = await this.reasonCatalogue.list(manager);
    return reasons
      .map(({ code, label, needsNote }) => ({ code, label, needsNote, consequence: describeRecycle(policy[code]) }))
      .sort((a, b) => Number(a.needsNote) - Number(b.needsNote));
  }
}
