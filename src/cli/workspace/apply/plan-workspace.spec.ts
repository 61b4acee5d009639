import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { StoredDocument } from '../../../documents/stored-documents.read-model.js';
import { digestOf } from '../signed-text.js';
import type { StoredWorkspace } from '../export/stored-workspace.js';
import { readWorkspace, type SignaturesFile, type Workspace } from '../read-workspace.js';
import { changesOf, planWorkspace } from './plan-workspace.js';

const folder = readWorkspace(fileURLToPath(new URL('../../../../examples', import.meta.url)));
const [definition] = folder.definitions;
if (definition === undefined) throw new Error('the example has a definition');
const body = definition.body as Record<string, unknown>;

const empty: StoredWorkspace = {
  organisation: undefined,
  parts: { calendars: [], teams: [], people: [], reasons: [], campaigns: [] },
  documents: [],
  unsaid: [],
};

const stored = (of: Partial<StoredDocument>): StoredWorkspace => ({
  ...empty,
  documents: [
    {
      ...{ kind: 'definition', key: 'default', draft: body, draftEtag: 'e1', draftSigners: {} },
      ...{ latestVersion: 1, published: body, publishedSigners: {} },
      ...of,
    },
  ],
});

const signed = (signatures: SignaturesFile): Workspace => ({ ...folder, definitions: [{ ...definition, signatures }] });

function planOf(workspace: Workspace, state: StoredWorkspace) {
  const entry = planWorkspace(workspace, state).find(({ what }) => what === 'definition default');
  return { change: entry?.change, note: entry?.note };
}

const BOTH = { marketing: 'tomas-ribeiro', sales: 'amara-diallo' };

describe('planWorkspace', () => {
  it('creates everything of a folder in an empty database, rows first', () => {
    const plan = planWorkspace(folder, empty);
    expect(new Set(plan.map(({ change }) => change))).toEqual(new Set(['create']));
    expect(plan[0]?.what).toBe('organisation');
    expect(plan.at(-1)?.what).toBe('recycle');
    expect(changesOf(plan)).toHaveLength(plan.length);
  });

  it('compares with what was published, and leaves an open draft of it alone', () => {
    const open = stored({ draft: { ...body, rank: 30 } });
    expect(planOf(folder, open)).toEqual({ change: 'unchanged', note: 'an unpublished draft of it is left as it is' });
  });

  it('says that it writes over an open draft', () => {
    const open = stored({ draft: { ...body, rank: 30 }, published: { ...body, rank: 20 }, latestVersion: 4 });
    expect(planOf(folder, open)).toEqual({ change: 'change', note: 'version 5; an unpublished draft is written over' });
  });

  it('waits for the sides whose signature neither folder nor Baton has', () => {
    const before = stored({ published: { ...body, rank: 20 }, draft: { ...body, rank: 20 } });
    const note = (sides: string) => `waits for the signature of ${sides}`;
    expect(planOf(signed({}), before)).toEqual({ change: 'draft', note: note('marketing and of sales') });
    expect(planOf(signed({ sales: 'amara-diallo' }), before)).toEqual({ change: 'draft', note: note('marketing') });
    const drafted = stored({ published: { ...body, rank: 20 }, draftSigners: { sales: 'amara-diallo' } });
    expect(planOf(signed({}), drafted)).toEqual({ change: 'waits', note: note('marketing') });
    expect(planOf(signed({ marketing: 'tomas-ribeiro' }), drafted)).toEqual({ change: 'change', note: 'version 2' });
  });

  it('counts signatures only under the text they were given for', () => {
    const before = stored({ published: { ...body, rank: 20 }, draft: { ...body, rank: 20 } });
    expect(planOf(signed({ ...BOTH, of: digestOf(body) }), before).change).toBe('change');
    expect(planOf(signed({ ...BOTH, of: digestOf({ ...body, rank: 20 }) }), before).change).toBe('draft');
  });

  it('names what only the database has, without touching it', () => {
    const extra = { ...empty, documents: stored({ key: 'older' }).documents };
    const left = planWorkspace(folder, extra).filter(({ change }) => change === 'left');
    expect(left.map(({ what, note }) => `${what}: ${note}`)).toEqual(['definition older: not in the folder']);
  });
});
