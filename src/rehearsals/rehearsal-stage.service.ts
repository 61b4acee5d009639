import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { uuidV7 } from '../database/uuid-v7.js';
import type { RehearsalEntity } from './rehearsal.entity.js';
import type { RehearsalOrder } from './rehearsals.schema.js';
import { SandboxSchemaService, schemaOf } from './sandbox-schema.service.js';

/** Sets the stage of a rehearsal: the sandbox with the cadence and the days off that were asked for. */
@Injectable()
export class RehearsalStageService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly schemas: SandboxSchemaService,
  ) {}

  async set({ id, request, realLeadId }: RehearsalEntity): Promise<void> {
    await this.schemas.create(id, { startAt: new Date(request.startAt), realLeadId });
    await this.publish(schemaOf(id), request);
    await this.addHolidays(schemaOf(id), request.calendar?.holidays ?? []);
  }

  clear(id: string): Promise<void> {
    return this.schemas.drop(id);
  }

  /** Ids of the rehearsals whose stage still stands. */
  left(): Promise<string[]> {
    return this.schemas.list();
  }

  /** The version that is rehearsed is the newest there. */
  private async publish(schema: string, { cadence }: RehearsalOrder): Promise<void> {
    if ('key' in cadence) {
      if (cadence.version === undefined) return;
      // They stay readable: the lead's past enrollments may be in them.
      await this.dataSource.query(
        `update ${schema}.document_versions set effective_at = 'infinity'
          where kind = 'cadence' and key = $1 and version > $2`,
        [cadence.key, cadence.version],
      );
      return;
    }
    const { document } = cadence;
    await this.dataSource.query(
      `insert into ${schema}.document_versions (id, kind, key, version, body, published_at, published_by, state)
       select $1, 'cadence', $2, coalesce(max(version), 0) + 1, $3, $4, $1, 'effective'
         from ${schema}.document_versions where kind = 'cadence' and key = $2`,
      [uuidV7(), document['key'], document, new Date()],
    );
  }

  private async addHolidays(schema: string, dates: readonly string[]): Promise<void> {
    if (dates.length === 0) return;
    const holidays = dates.map((date) => ({ date, name: 'Rehearsal' }));
    // The organisation's are for leads of whose country there is no calendar.
    for (const table of ['calendars', 'organisation']) {
      await this.dataSource.query(`update ${schema}.${table} set holidays = holidays || $1::jsonb`, [
        JSON.stringify(holidays),
      ]);
    }
  }
}
