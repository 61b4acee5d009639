import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lintWorkspace, renderWorkspaceFinding } from './lint-workspace.js';

const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-lint-'));
  cpSync(EXAMPLES, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Replaces `from` in a file and answers the line on which it stood. */
function plant(file: string, from: string, to: string): number {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  const at = text.indexOf(from);
  if (at < 0) throw new Error(`${file} does not say ${from}`);
  writeFileSync(path, text.replace(from, to));
  return text.slice(0, at).split('\n').length;
}

const errors = () =>
  lintWorkspace(folder)
    .filter(({ severity }) => severity === 'error')
    .map(renderWorkspaceFinding);

describe('lintWorkspace', () => {
  it('finds nothing wrong in the example workspace', () => {
    expect(errors()).toEqual([]);
  });

  it.each([
    [
      'a template there is not',
      'cadences/long-term.yaml',
      'template: plant-note',
      'template: plant-notes',
      /email\.template: there is no template plant-notes \(use one of /,
    ],
    [
      'a person there is not',
      'organisation.yaml',
      'accountableOwner: miriam-castell',
      'accountableOwner: miriam',
      /organisation\.accountableOwner: there is no person miriam \(use one of /,
    ],
    [
      'a deputy of oneself',
      'organisation.yaml',
      'deputy: ines-okafor',
      'deputy: tomas-ribeiro',
      /people\.1\.deputy: nobody is their own deputy/,
    ],
    [
      'a team that is not of sales',
      'organisation.yaml',
      'team: dach-sales\n  - when',
      'team: marketing\n  - when',
      /routing\.0\.team: there is no sales team marketing/,
    ],
    [
      'a score nobody can reach',
      'definitions/default.yaml',
      'field: score, op: ">=", value: 60',
      'field: score, op: ">=", value: 6000',
      /rules\.1\.when.*: /,
    ],
    [
      'a reason there is not',
      'policies/recycle.yaml',
      'not_ready:',
      'not_redy:',
      /not_redy: there is no rejection reason not_redy/,
    ],
    ['a key that is no field', 'policies/sla.yaml', 'within', 'withim', /withim/],
    [
      'an unreadable text',
      'templates/hello.html',
      '</p>',
      '{{ lead.name </p>',
      /^templates\/hello\.yaml.*html: can not be read/,
    ],
  ])('names file, line, field and fix of %s', (_case, file, from, to, expected) => {
    const line = plant(file, from, to);
    const found = errors().find((one) => expected.test(one)) ?? errors().join('\n');
    expect(found).toMatch(expected);
    if (file.endsWith('.yaml')) expect(found).toMatch(new RegExp(`^${file.replaceAll('.', '\\.')}:${line}: `));
  });

  it('says of a file that is no YAML where it breaks', () => {
    writeFileSync(join(folder, 'cadences/long-term.yaml'), 'key: long-term\nsteps: [ {');
    expect(errors()[0]).toMatch(/^cadences\/long-term\.yaml:\d+: .+ at line 2/s);
  });

  it('names a folder that is not there', () => {
    rmSync(join(folder, 'organisation.yaml'));
    expect(errors()).toEqual(['organisation.yaml: there is no such file']);
  });
});
