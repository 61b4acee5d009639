import { BreakerEntity } from '../breakers/breaker.entity.js';
import { CadencePauseEntity } from '../cadences/cadence-pause.entity.js';
import { CampaignEntity } from '../campaigns/campaign.entity.js';
import { AuditEntryEntity } from '../common/audit/audit-entry.entity.js';
import { ApiKeyEntity } from '../common/auth/api-key.entity.js';
import { IdempotencyKeyEntity } from '../common/idempotency/idempotency-key.entity.js';
import { DocumentSignatureEntity } from '../documents/document-signature.entity.js';
import { DocumentVersionEntity } from '../documents/document-version.entity.js';
import { DocumentEntity } from '../documents/document.entity.js';
import { EngagementEntity } from '../engagements/engagement.entity.js';
import { HandoffEntity } from '../handoffs/handoff.entity.js';
import { PrepAnswerEntity } from '../handoffs/prep/prep-answer.entity.js';
import { PrepMailEntity } from '../handoffs/prep/prep-mail.entity.js';
import { ImportChunkEntity } from '../imports/import-chunk.entity.js';
import { ImportEntity } from '../imports/import.entity.js';
import { ImportKeyEntity } from '../imports/import-key.entity.js';
import { ImportRowEntity } from '../imports/import-row.entity.js';
import { JobItemEntity } from '../jobs/job-item.entity.js';
import { JobEntity } from '../jobs/job.entity.js';
import { CustodyRecordEntity } from '../leads/custody-record.entity.js';
import { DecisionEntity } from '../leads/decision.entity.js';
import { EnrollmentEntity } from '../leads/enrollment.entity.js';
import { InsightEntity } from '../leads/insight.entity.js';
import { LeadIdentityEntity } from '../leads/lead-identity.entity.js';
import { LeadRecordEntity } from '../leads/lead-record.entity.js';
import { LeadEntity } from '../leads/lead.entity.js';
import { NoteEntity } from '../leads/note.entity.js';
import { ProfileChangeEntity } from '../leads/profile-change.entity.js';
import { CalendarEntity } from '../people/calendar.entity.js';
import { OrganisationEntity } from '../people/organisation.entity.js';
import { RoutingTurnEntity } from '../handoffs/routing-turn.entity.js';
import { NoticePreferencesEntity } from '../people/notice-preferences.entity.js';
import { PersonEntity } from '../people/person.entity.js';
import { TeamEntity } from '../people/team.entity.js';
import { ReasonEntity } from '../policies/reason.entity.js';
import { RehearsalEntity } from '../rehearsals/rehearsal.entity.js';
import { ScoreItemEntity } from '../scoring/score-item.entity.js';
import { OutboxEntity } from '../temporal/outbox.entity.js';
import { TodoEntity } from '../todos/todo.entity.js';
import { NoticeEntity } from '../touches/notice.entity.js';
import { SuppressionEntity } from '../touches/suppression.entity.js';
import { SuppressionSaltEntity } from '../touches/suppression-salt.entity.js';
import { TouchLinkEntity } from '../touches/touch-link.entity.js';
import { TouchEntity } from '../touches/touch.entity.js';
import { WebhookDeliveryEntity } from '../webhooks/webhook-delivery.entity.js';
import { WebhookEndpointEntity } from '../webhooks/webhook-endpoint.entity.js';

/** Every entity, by name: a glob would load whatever lies in the folder. */
export const ENTITIES = [
  OrganisationEntity,
  CalendarEntity,
  TeamEntity,
  PersonEntity,
  NoticePreferencesEntity,
  RoutingTurnEntity,
  CampaignEntity,
  BreakerEntity,
  CadencePauseEntity,
  ReasonEntity,
  DocumentEntity,
  DocumentVersionEntity,
  DocumentSignatureEntity,
  LeadEntity,
  LeadIdentityEntity,
  ProfileChangeEntity,
  NoteEntity,
  InsightEntity,
  LeadRecordEntity,
  EnrollmentEntity,
  CustodyRecordEntity,
  DecisionEntity,
  EngagementEntity,
  ScoreItemEntity,
  TouchEntity,
  TouchLinkEntity,
  NoticeEntity,
  SuppressionEntity,
  SuppressionSaltEntity,
  HandoffEntity,
  PrepAnswerEntity,
  PrepMailEntity,
  TodoEntity,
  ImportEntity,
  ImportChunkEntity,
  ImportRowEntity,
  ImportKeyEntity,
  JobEntity,
  JobItemEntity,
  WebhookEndpointEntity,
  WebhookDeliveryEntity,
  OutboxEntity,
  RehearsalEntity,
  IdempotencyKeyEntity,
  ApiKeyEntity,
  AuditEntryEntity,
];
