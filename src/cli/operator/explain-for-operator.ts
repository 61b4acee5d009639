import { DataSource } from 'typeorm';
import { formatInstant } from '../../../domain/time/zone.js';
import { normaliseEmail } from '../../common/normalise-email.js';
import type { Config } from '../../config/config.js';
import { LeadExplainModule } from '../../leads/lead-explain.module.js';
import { LeadExplainService } from '../../leads/lead-explain.service.js';
import { LeadPlanningService } from '../../leads/lead-planning.service.js';
import { TemporalModule } from '../../temporal/temporal.module.js';
import { withCommandApp } from '../command-app.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The sentences of one lead, named by id or e-mail address. Throws when there is no such lead. */
export async function explainForOperator(config: Config, named: string): Promise<string> {
  return withCommandApp(config, [TemporalModule.forRoot(), LeadExplainModule], async (app) => {
    const { manager } = app.get(DataSource);
    const email = normaliseEmail(named);
    const [row] = UUID.test(named)
      ? [{ lead_id: named }]
      : await manager.query<{ lead_id: string }[]>(
          `select lead_id from lead_identities where kind = 'email' and value = $1`,
          [email.ok ? email.address : named],
        );
    const explained = row && (await app.get(LeadExplainService).explain(row.lead_id, new Date()));
    if (!row || !explained) throw new Error(`there is no lead ${named}`);
    const zone = await app.get(LeadPlanningService).zoneOf(manager, row.lead_id);
    const { explanation, score, accountable, workflow } = explained;
    const { nextWakeAt, waitsFor } = explanation;
    return [
      explanation.sentence,
      ...explanation.because.map((text) => `  because  ${text}`),
      `  waits    ${waitsFor.sentence}`,
      ...explanation.wouldMove.map((text) => `  moves    ${text}`),
      `  score    ${score.grade}, ${Math.round(score.engagement * 10) / 10} points`,
      `  answers  ${accountable.name}`,
      `  next     ${nextWakeAt === null ? 'only a fact or a person moves it' : formatInstant(nextWakeAt, zone)}`,
      `  workflow ${workflow.uiUrl ?? workflow.id}`,
    ].join('\n');
  });
}
