import type { EntityManager } from 'typeorm';
import type { LeadRecord } from '../../domain/lead/lead-process.js';
import { nameUuid } from '../database/name-uuid.js';
import { EnrollmentEntity } from './enrollment.entity.js';

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const count = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Keeps the row of an enrollment in step with what the process recorded; other records change nothing. */
export async function writeEnrollment(
  manager: EntityManager,
  leadId: string,
  { kind, at, data }: Pick<LeadRecord, 'kind' | 'at' | 'data'>,
): Promise<void> {
  const no = count(data['no']);
  if (no === null) return;
  const enrollments = manager.getRepository(EnrollmentEntity);
  const which = { leadId, no };
  if (kind === 'enrolled') {
    const row = {
      cadenceKey: text(data['cadence']) ?? '',
      versionId: text(data['versionId']) ?? '',
      enteredAt: new Date(at),
      endedAt: null,
      exitReason: null,
      state: 'running' as const,
    };
    await enrollments.upsert({ id: nameUuid(`enrollment/${leadId}/${no}`), ...which, ...row, step: '', visit: 0 }, [
      'leadId',
      'no',
    ]);
  } else if (kind === 'step')
    await enrollments.update(which, { step: text(data['step']) ?? '', visit: count(data['visit']) ?? 1 });
  else if (kind === 'migrated') await enrollments.update(which, { versionId: text(data['versionId']) ?? '' });
  else if (kind === 'suspended') await enrollments.update(which, { state: 'suspended' });
  else if (kind === 'resumed') await enrollments.update(which, { state: 'running' });
  else if (kind === 'enrollment_ended')
    await enrollments.update(which, { state: 'ended', endedAt: new Date(at), exitReason: text(data['reason']) });
}
