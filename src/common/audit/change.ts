/** Who changes something, when and why; kept in the audit. `actorId` null = Baton itself (set-up). */
export interface Change {
  readonly actorId: string | null;
  readonly now: Date;
  readonly note?: string | null | undefined;
}
