import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type AttemptsJudged, judgeAttempts } from '../../../domain/handoff/playbook/judge-attempts.js';
import type { Playbook } from '../../../domain/handoff/playbook/playbook.schema.js';
import { unprocessable } from '../../common/problem.js';
import { DocumentsService } from '../../documents/documents.service.js';
import { PeopleService } from '../../people/people.service.js';
import { type AttemptRow, AttemptsReadModel } from './attempts.read-model.js';

/** The handoff, as far as its playbook needs it. */
interface PlayedHandoff {
  readonly leadId: string;
  readonly no: number;
  readonly assigneeId: string;
  readonly versions: Readonly<Partial<Record<string, string>>>;
}

/** A playbook with how far the rep is. */
export interface PlaybookView {
  readonly playbook: Playbook;
  readonly judged: AttemptsJudged;
  readonly attempts: readonly AttemptRow[];
}

/** Which tries the playbook of a handoff wants: that of the version it fell under. */
@Injectable()
export class PlaybookService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly people: PeopleService,
    private readonly reads: AttemptsReadModel,
  ) {}

  /** Undefined for a handoff that fell under none. */
  async of(manager: EntityManager, handoff: PlayedHandoff): Promise<PlaybookView | undefined> {
    const playbook = await this.playbook(manager, handoff);
    if (playbook === undefined) return undefined;
    const attempts = await this.reads.list(manager, handoff.leadId, handoff.no);
    const made = attempts.map(({ disposition, at }) => ({ disposition, at: at.getTime() }));
    // Who has no calendar of their own can try at any time.
    const hours = (await this.people.calendarOf(manager, handoff.assigneeId)) ?? { calendar: [], zone: 'UTC' };
    return { playbook, judged: judgeAttempts(playbook, made, hours), attempts };
  }

  /** 422 naming the dispositions there are; without a playbook every code will do. */
  async mustKnow(manager: EntityManager, handoff: PlayedHandoff, disposition: string): Promise<void> {
    const playbook = await this.playbook(manager, handoff);
    if (playbook === undefined || playbook.dispositions.includes(disposition)) return;
    const message = `The playbook has no such disposition: use one of ${playbook.dispositions.join(', ')}`;
    throw unprocessable([{ path: 'disposition', code: 'unknown_disposition', message }]);
  }

  private async playbook(manager: EntityManager, { versions }: PlayedHandoff): Promise<Playbook | undefined> {
    const id = versions['playbook'];
    return id === undefined ? undefined : (await this.documents.load(manager, 'playbook', id))?.body;
  }
}
