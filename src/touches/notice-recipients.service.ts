import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { NoticeKind } from '../../domain/lead/notice-kind.js';
import { wantsNotice } from '../../domain/organisation/notice-preferences.js';
import { HandoffsService } from '../handoffs/handoffs.service.js';
import { NoticePreferencesService } from '../people/notice-preferences.service.js';
import { type Person, PeopleService } from '../people/people.service.js';
import type { NoticeRow } from './notices.read-model.js';

export interface Recipient {
  readonly person: Person;
  /** Only of a queued lead: what keeps it from being offered. */
  readonly missing: readonly string[];
}

/** Who is told. Nobody is ever told nothing: where a person is gone the accountable owner is. */
@Injectable()
export class NoticeRecipientsService {
  constructor(
    private readonly people: PeopleService,
    private readonly handoffs: HandoffsService,
    private readonly preferences: NoticePreferencesService,
  ) {}

  /** Whether the person wants to be mailed about it. */
  async wants(manager: EntityManager, { person }: Recipient, kind: NoticeKind): Promise<boolean> {
    return wantsNotice(kind, await this.preferences.of(manager, person.id));
  }

  async of(
    manager: EntityManager,
    kind: NoticeKind,
    row: NoticeRow,
    input: { leadId: string; now: number; mentionedId?: string | undefined },
  ): Promise<Recipient> {
    switch (kind) {
      case 'offer':
      case 'reminder':
      case 'expired':
      case 'passed_on':
      case 'first_touch_reminder':
      case 'prep_answered':
      case 'playbook_over':
        return this.to(manager, row.assigneeId);
      case 'team_owner':
      case 'first_touch_team_owner':
        return this.teamOwner(manager, row.teamKey);
      case 'return_to_acknowledge':
      case 'review':
      case 'touch_held':
        return this.to(manager, row.marketingPersonId);
      case 'hand_raise':
      case 'reply':
        // An accepted lead is the rep's, though marketing may still write to it.
        return this.to(manager, row.accountablePersonId);
      case 'mention':
        return this.to(manager, input.mentionedId ?? null);
      case 'escalation':
      case 'acknowledge_escalation':
        return { person: await this.people.accountableOwner(manager), missing: [] };
      case 'queued': {
        const { missing, teamKey } = await this.handoffs.waitingFor(manager, input.leadId, input.now);
        const found = await (missing.length > 0
          ? this.to(manager, row.marketingPersonId)
          : this.teamOwner(manager, teamKey));
        return { ...found, missing };
      }
    }
  }

  private async to(manager: EntityManager, personId: string | null): Promise<Recipient> {
    const person = personId === null ? undefined : await this.people.byId(manager, personId);
    return { person: person?.active ? person : await this.people.accountableOwner(manager), missing: [] };
  }

  private async teamOwner(manager: EntityManager, teamKey: string | null): Promise<Recipient> {
    const person =
      teamKey === null ? await this.people.accountableOwner(manager) : await this.people.teamOwner(manager, teamKey);
    return { person, missing: [] };
  }
}
