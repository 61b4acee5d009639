import { z } from 'zod';
import { keyField, profileNameField, unknownKeyMessage } from '../../document-field.schema.js';
import { stepKind, unknownName } from './step-kind.schema.js';

const args = z
  .strictObject(
    {
      tag: keyField.optional(),
      untag: keyField.optional(),
      profile: z
        .record(
          profileNameField,
          z.union([z.string().max(1000), z.number(), z.boolean(), z.null()], {
            error: 'a text, a number, true, false or null',
          }),
          { error: (issue) => (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) },
        )
        .optional()
        .describe('fields by name; null takes a field out'),
    },
    { error: unknownKeyMessage('set', ['tag', 'untag', 'profile']) },
  )
  .superRefine((one, ctx) => {
    if (one.tag !== undefined || one.untag !== undefined || Object.keys(one.profile ?? {}).length > 0) return;
    const message = 'set needs a `tag`, an `untag` or `profile` fields';
    ctx.addIssue({ code: 'custom', input: one, message });
  });

/** Sets or takes a tag, sets profile fields: a fact about the lead like any other. */
export const setStep = stepKind({
  args,
  goesOn: true,
  describe: ({ tag, untag, profile = {} }) =>
    [
      ...(tag === undefined ? [] : [`Tag as ${tag}`]),
      ...(untag === undefined ? [] : [`${tag === undefined ? 'Take' : 'take'} the tag ${untag} away`]),
      ...Object.entries(profile).map(([name, value]) => `set ${name} to ${value === null ? 'nothing' : String(value)}`),
    ]
      .join(', ')
      .replace(/^./, (first) => first.toUpperCase()),
  targets: () => [],
  compile: (_, next) => ({ kind: 'set', next }),
  lint: ({ profile = {} }, { path, known }) =>
    Object.keys(profile).flatMap((name) =>
      unknownName(known.profileFields, name, `${path}.profile.${name}`, 'unknown-field', 'profile field'),
    ),
  quickTargets: (_, targets) => targets,
});
