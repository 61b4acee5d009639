import { maskPacket } from '../handoff/build-packet.js';
import type { Packet } from '../handoff/packet.js';
import type { LeadRecord } from '../lead/lead-process.js';
import type { WebhookEvent } from './webhook-events.js';

/** The handoff an event is about, as it is stored. */
export interface ToldHandoff {
  readonly id: string;
  readonly no: number;
  readonly assigneeId: string;
  readonly packet: Packet;
}

/** Members of a record that leave; what is not named here does not. All are ids, codes, numbers and instants. */
const TOLD: Readonly<Record<WebhookEvent, readonly string[]>> = {
  'lead.state_changed': ['from', 'to', 'cause'],
  'handoff.offered': [],
  'handoff.accepted': ['by', 'via'],
  'handoff.rejected': ['by', 'via', 'reason', 'quality'],
  'handoff.expired': [],
  'handoff.withdrawn': ['by', 'toPersonId'],
  'handoff.given_back': ['by', 'reason'],
};

/**
 * The body of an event in the shape Standard Webhooks recommends: `type`, `timestamp` (when it happened, ISO-8601) and
 * `data`. Only the offer tells who the lead is, by the packet as it stands in mails: phone and address hidden.
 */
export function buildEventBody(
  event: WebhookEvent,
  leadId: string,
  { at, data }: LeadRecord,
  handoff: ToldHandoff | undefined,
): string {
  const told = TOLD[event].flatMap((name) =>
    data[name] === undefined || data[name] === null ? [] : [[name, data[name]]],
  );
  return body(event, at, {
    leadId,
    ...(handoff ? { handoffId: handoff.id, handoffNo: handoff.no, assigneeId: handoff.assigneeId } : {}),
    ...(Object.fromEntries(told) as object),
    ...(event === 'handoff.offered' && handoff ? { packet: maskPacket(handoff.packet) } : {}),
  });
}

/** The body of the `webhook` step of a cadence. */
export function buildStepBody(
  leadId: string,
  at: number,
  step: {
    readonly cadence: string;
    readonly version: number;
    readonly enrollmentNo: number;
    readonly step: string;
    readonly visit: number;
  },
): string {
  const { cadence, version, enrollmentNo, step: id, visit } = step;
  return body('cadence.step', at, { leadId, cadence, version, enrollmentNo, step: id, visit });
}

const body = (type: string, at: number, data: object): string =>
  JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
