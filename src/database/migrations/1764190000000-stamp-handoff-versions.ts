import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A version knows the draft that was signed, a handoff the versions it fell under. */
export class StampHandoffVersions1764190000000 implements MigrationInterface {
  readonly name = 'StampHandoffVersions1764190000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE document_versions ADD COLUMN IF NOT EXISTS draft_etag text');
    // Publishing needs both signatures under the draft of that moment: of a version from before, the last such pair.
    await runner.query(
      `UPDATE document_versions v SET draft_etag = (
         SELECT s.draft_etag FROM document_signatures s
          WHERE s.kind = v.kind AND s.key = v.key AND s.signed_at <= v.published_at
          GROUP BY s.draft_etag HAVING count(*) = 2 ORDER BY max(s.signed_at) DESC LIMIT 1)
        WHERE v.draft_etag IS NULL`,
    );
    await runner.query("ALTER TABLE handoffs ADD COLUMN IF NOT EXISTS versions jsonb NOT NULL DEFAULT '{}'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE handoffs DROP COLUMN IF EXISTS versions');
    await runner.query('ALTER TABLE document_versions DROP COLUMN IF EXISTS draft_etag');
  }
}
