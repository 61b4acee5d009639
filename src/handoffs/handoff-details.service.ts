import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AirCoverReadModel } from './air-cover/air-cover.read-model.js';
import { presentAirCover } from './air-cover/air-cover.schema.js';
import { presentHandoff } from './handoff.presenter.js';
import type { HandoffDetail } from './handoff.schema.js';
import type { HandoffView } from './handoffs.read-model.js';
import { presentPlaybook } from './playbook/playbook.presenter.js';
import { PlaybookService } from './playbook/playbook.service.js';
import { presentPrep } from './prep/prep.presenter.js';
import { PrepReadModel } from './prep/prep.read-model.js';
import { PrepService } from './prep/prep.service.js';

/** A handoff with what came after its acceptance. */
@Injectable()
export class HandoffDetailsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly preps: PrepService,
    private readonly prepReads: PrepReadModel,
    private readonly playbooks: PlaybookService,
    private readonly covers: AirCoverReadModel,
  ) {}

  async of(view: HandoffView, viewerId: string): Promise<HandoffDetail> {
    const { manager } = this.dataSource;
    const prep = await this.preps.of(manager, view.id);
    const playbook = await this.playbooks.of(manager, view);
    const cover = await this.covers.of(manager, view);
    return {
      ...presentHandoff(view, viewerId),
      playbook: playbook === undefined ? null : presentPlaybook(playbook),
      airCover: cover === undefined ? null : presentAirCover(cover),
      prep: prep === undefined ? null : presentPrep(prep, await this.prepReads.mails(manager, view.id)),
    };
  }
}
