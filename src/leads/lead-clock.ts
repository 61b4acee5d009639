/** The parts of a lead that give its clock. */
interface Clocked {
  readonly clockOffsetMs: number;
  readonly virtualNowAt: Date | null;
}

/** The wall clock; for a lead in virtual time the instant of its last sync (semantics: Rehearsal and virtual time). */
export function leadClock({ clockOffsetMs, virtualNowAt }: Clocked, wallNow: Date): Date {
  if (clockOffsetMs === 0) return wallNow;
  return virtualNowAt ?? new Date(wallNow.getTime() + clockOffsetMs);
}
