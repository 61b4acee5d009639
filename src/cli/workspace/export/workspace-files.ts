import { z } from 'zod';
import { DOCUMENT_KIND_INFO } from '../../../documents/document-kinds.js';
import type { StoredDocument } from '../../../documents/stored-documents.read-model.js';
import { digestOf } from '../signed-text.js';
import { organisationFileSchema } from '../read-workspace.js';
import { fileOf, FOLDERS, nameOf, ORGANISATION_FILE, signaturesOf } from '../workspace-places.js';
import { orderKeys } from './order-keys.js';
import { renderYaml } from './render-yaml.js';
import type { StoredWorkspace } from './stored-workspace.js';

/** A file of a workspace; `name` is its path inside the folder. */
export interface WorkspaceFile {
  readonly name: string;
  readonly text: string;
}

/** The files that say a workspace, and what they can not say. */
export interface WorkspaceFiles {
  readonly files: readonly WorkspaceFile[];
  readonly notes: readonly string[];
}

const jsonSchemaOf = (schema: z.ZodType): object =>
  z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' });

/**
 * What was published last, in files as `examples/` has them; equal workspaces give equal bytes. Throws when nobody of the
 * workspace answers for it: such a folder could not be applied.
 */
export function workspaceFiles(stored: StoredWorkspace): WorkspaceFiles {
  if (stored.organisation === undefined) {
    throw new Error('there is no organisation yet: set it at /v1/organisation, or apply a folder first');
  }
  const published = stored.documents.filter(({ published: body }) => body !== undefined);
  const routing = published.find(({ kind }) => kind === 'routing')?.published ?? [];
  const { calendars, teams, people, reasons, campaigns } = stored.parts;
  const { holidays: daysOff, ...settings } = stored.organisation;
  const organisation = {
    organisation: { ...settings, ...unlessEmpty('holidays', daysOff) },
    calendars: calendars.map(({ holidays, ...calendar }) => ({ ...calendar, ...unlessEmpty('holidays', holidays) })),
    teams,
    people: people.map(({ away, active, ...person }) => ({
      ...person,
      ...unlessEmpty('away', away),
      ...(active ? {} : { active }),
    })),
    ...{ reasons, campaigns, routing },
  };
  return {
    files: [
      { name: ORGANISATION_FILE, text: renderOrdered(organisation, organisationFileSchema) },
      ...published.filter(({ kind }) => kind !== 'routing').flatMap(documentFiles),
    ].sort((a, b) => (a.name < b.name ? -1 : 1)),
    notes: [...stored.documents.flatMap(notesOf), ...stored.unsaid.map((key) => `person ${key}: has no team`)],
  };
}

function documentFiles({ kind, key, published, publishedSigners }: StoredDocument): WorkspaceFile[] {
  const name = fileOf(kind, key);
  const body = published as Readonly<Record<string, unknown>>;
  // A list, such as the prep checklists, has no parts of its own.
  const { named, texts } = kind === 'template' ? namedTexts(key, body) : { named: body, texts: [] };
  return [
    { name, text: renderOrdered(named, DOCUMENT_KIND_INFO[kind].schema) },
    ...texts.map((one) => ({ name: `${FOLDERS.template}/${one.name}`, text: one.text })),
    ...(DOCUMENT_KIND_INFO[kind].signed
      ? [
          {
            name: signaturesOf(name),
            text: renderYaml({
              ...(publishedSigners.marketing === undefined ? {} : { marketing: publishedSigners.marketing }),
              ...(publishedSigners.sales === undefined ? {} : { sales: publishedSigners.sales }),
              of: digestOf(published),
            }),
          },
        ]
      : []),
  ];
}

/** A template that names the files of its html and text parts: `welcome.html`, `welcome.de.html`. */
function namedTexts(base: string, parts: Readonly<Record<string, unknown>>): { named: object; texts: WorkspaceFile[] } {
  const own = (['html', 'text'] as const).flatMap((part) => {
    const text = parts[part];
    const ending = part === 'html' ? 'html' : 'txt';
    return typeof text === 'string' ? [{ part, name: `${base}.${ending}`, text }] : [];
  });
  const translations = Object.entries((parts['translations'] ?? {}) as Readonly<Record<string, object>>).map(
    ([language, translation]) => ({ language, ...namedTexts(`${base}.${language}`, { ...translation }) }),
  );
  return {
    named: {
      ...parts,
      ...Object.fromEntries(own.map(({ part, name }) => [part, name])),
      ...(translations.length === 0
        ? {}
        : { translations: Object.fromEntries(translations.map(({ language, named }) => [language, named])) }),
    },
    texts: [...own.map(({ name, text }) => ({ name, text })), ...translations.flatMap(({ texts }) => texts)],
  };
}

function notesOf({ kind, key, draft, published, publishedSigners, latestVersion }: StoredDocument): string[] {
  const what = nameOf(kind, key);
  if (published === undefined) return [`${what}: is a draft only, and not written`];
  const isOpen = draft !== undefined && digestOf(draft) !== digestOf(published);
  const unsigned = DOCUMENT_KIND_INFO[kind].signed
    ? (['marketing', 'sales'] as const).filter((side) => publishedSigners[side] === undefined)
    : [];
  return [
    ...(isOpen ? [`${what}: its draft is not published; version ${latestVersion} is written`] : []),
    ...unsigned.map(
      (side) => `${what}: who signed for ${side} is no approver of it any more; somebody has to sign again`,
    ),
  ];
}

const unlessEmpty = <K extends string, V>(name: K, list: readonly V[]) =>
  (list.length === 0 ? {} : { [name]: list }) as { readonly [key in K]?: readonly V[] };

const renderOrdered = (value: object, schema: z.ZodType): string =>
  renderYaml(orderKeys(value, jsonSchemaOf(schema)) as Readonly<Record<string, unknown>>);
