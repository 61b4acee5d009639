import { z } from 'zod';
import { IMPORTANT_NOTICES, OPTIONAL_NOTICES } from '../../domain/organisation/notice-preferences.js';
import { noteField } from '../common/note.schema.js';

const ALWAYS = `${IMPORTANT_NOTICES.join(', ')} are always mailed: somebody waits for what you do`;
const wanted = z.boolean().optional();
const kinds = Object.fromEntries(OPTIONAL_NOTICES.map((kind) => [kind, wanted])) as Record<
  (typeof OPTIONAL_NOTICES)[number],
  typeof wanted
>;

const mail = z
  .enum(['all', 'important'], { error: `Write all or important: ${ALWAYS}` })
  .describe(`important: of the others only those of \`kinds\`. ${ALWAYS}`);

/** Kinds that cannot be chosen are told why, instead of being unknown. */
const kindsSchema = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => {
    for (const kind of IMPORTANT_NOTICES) {
      if (!Object.hasOwn(value, kind)) continue;
      const message = `This is not to be chosen: ${ALWAYS}`;
      context.addIssue({ code: 'custom', path: [kind], message, params: { code: 'always_mailed' } });
    }
  })
  .pipe(z.strictObject(kinds));

export const putNoticePreferencesSchema = z
  .strictObject({
    mail,
    kinds: kindsSchema.default({}).describe('true or false by kind of notice, whatever `mail` says'),
    note: noteField,
  })
  .meta({ id: 'PutNoticePreferences' });

export const noticePreferencesAnswerSchema = z
  .object({
    person: z.object({ id: z.uuid(), key: z.string(), name: z.string() }),
    mail: z.enum(['all', 'important']),
    kinds: z.object(kinds),
    mailed: z.record(z.string(), z.boolean()).describe('What follows, for every kind of notice'),
  })
  .meta({ id: 'NoticePreferences' });
