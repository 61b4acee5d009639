import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lintSignatures } from '../../../domain/organisation/lint-signatures.js';
import { lintOrganisation } from '../../../domain/organisation/lint-organisation.js';
import type { LintProblem } from '../../../domain/lint-problem.js';
import type { DocumentKind } from '../../documents/document.entity.js';
import { type DocumentBodies, parseDocument } from '../../documents/document-kinds.js';
import { type KnownWorkspace, lintDocument } from '../../documents/lint-document.js';
import { lineInYaml } from './line-in-yaml.js';
import { isSignedText } from './signed-text.js';
import { readWorkspace, type Workspace, type WorkspaceDocument } from './read-workspace.js';
import { ORGANISATION_FILE, signaturesOf } from './workspace-places.js';
import { WorkspaceProblem } from './workspace-problem.js';

/** A finding about a file of a workspace. */
export interface WorkspaceFinding extends Pick<LintProblem, 'severity' | 'path' | 'message' | 'fix'> {
  /** The lint's rule; what can not be read has none. */
  readonly code?: LintProblem['code'];
  readonly file: string;
  /** From 1; 0 where the file itself is the matter. */
  readonly line: number;
}

interface Parsed<K extends DocumentKind> {
  readonly file: string;
  readonly key: string;
  readonly kind: K;
  readonly document: DocumentBodies[K];
  /** As it will be stored. */
  readonly written: unknown;
}

/** A folder's content and what is wrong with it; no content where a file can not be read at all. */
export interface JudgedWorkspace {
  readonly workspace?: Workspace;
  readonly findings: readonly WorkspaceFinding[];
}

type Locate = (file: string, problem: Omit<WorkspaceFinding, 'file' | 'line'>) => WorkspaceFinding;

/** Everything that is wrong with the files of a workspace, judged together, without a running Baton. */
export const lintWorkspace = (folder: string): readonly WorkspaceFinding[] => judgeWorkspace(folder).findings;

/** As `lintWorkspace`, with what was read. */
export function judgeWorkspace(folder: string): JudgedWorkspace {
  let workspace: Workspace;
  try {
    workspace = readWorkspace(folder);
  } catch (error) {
    if (!(error instanceof WorkspaceProblem)) throw error;
    return { findings: locateProblem(folder, error) };
  }
  return { workspace, findings: lintRead(workspace, locateIn(folder)) };
}

/** The problems of a file with the lines they stand on. */
export function locateProblem(folder: string, { file, problems }: WorkspaceProblem): WorkspaceFinding[] {
  return problems.map((problem) => locateIn(folder)(file, { ...problem, severity: 'error' }));
}

function locateIn(folder: string): Locate {
  const lineOf = (file: string, path: string): number => {
    const place = join(folder, file);
    return existsSync(place) && statSync(place).isFile() ? lineInYaml(readFileSync(place, 'utf8'), path) : 0;
  };
  return (file, problem) => ({ ...problem, file, line: lineOf(file, problem.path) });
}

function lintRead(workspace: Workspace, locate: Locate): WorkspaceFinding[] {
  const findings: WorkspaceFinding[] = [];
  const read = <K extends DocumentKind>(kind: K, documents: readonly WorkspaceDocument[]): Parsed<K>[] =>
    documents.flatMap(({ file, key, body }) => {
      const parsed = parseDocument(kind, key, body);
      if (parsed.ok) return [{ file, key, kind, document: parsed.document, written: parsed.written }];
      findings.push(...parsed.errors.map(({ path, message }) => locate(file, { severity: 'error', path, message })));
      return [];
    });
  const policy = (name: string): WorkspaceDocument[] => workspace.policies.filter(({ key }) => key === name);
  const scoreModels = read('score_model', workspace.scoreModels);
  const templates = read('template', workspace.templates);
  const frequency = read('frequency', policy('frequency'));
  const sla = read('sla', policy('sla'));
  const prep = read('prep', policy('prep'));
  const playbook = read('playbook', policy('playbook'));
  const definitions = read('definition', workspace.definitions);
  const cadences = read('cadence', workspace.cadences);
  const recycle = read('recycle', policy('recycle'));
  const { organisation } = workspace;
  // A file that can not be read is named once: what leads to it is no second finding.
  const covers = cadences.filter(({ document }) => document.phase === 'air_cover').map(({ key }) => key);
  const known: KnownWorkspace = {
    scoreModel: scoreModels.find(({ key }) => key === 'default')?.document ?? scoreModels[0]?.document,
    campaigns: organisation.campaigns,
    language: organisation.organisation.language,
    reasons: organisation.reasons.map(({ code }) => code),
    salesTeams: organisation.teams.filter(({ side }) => side === 'sales').map(({ key }) => key),
    templates: workspace.templates.map(({ key }) => key),
    cadences: workspace.cadences.map(({ key }) => key).filter((key) => !covers.includes(key)),
    frequencyClasses: frequency.flatMap(({ document }) => Object.keys(document)),
  };
  const lint = <K extends DocumentKind>(
    { file, kind, document }: Omit<Parsed<K>, 'key' | 'written'>,
    prefix = '',
  ): void => {
    const problems = lintDocument(kind, document, known);
    findings.push(...problems.map((one) => locate(file, { ...one, path: `${prefix}${one.path}` })));
  };
  for (const one of scoreModels) lint(one);
  for (const one of templates) lint(one);
  for (const one of sla) lint(one);
  for (const one of prep) lint(one);
  for (const one of playbook) lint(one);
  for (const one of definitions) lint(one);
  for (const one of cadences) lint(one);
  for (const one of recycle) lint(one);
  const organisationProblems = lintOrganisation(organisation, known.cadences);
  findings.push(...organisationProblems.map((problem) => locate(ORGANISATION_FILE, problem)));
  for (const { file, key, signatures } of workspace.definitions) {
    const written = definitions.find((one) => one.key === key)?.written;
    const isOfThisText = written === undefined || isSignedText(signatures, written);
    const problems = lintSignatures(signatures, organisation, isOfThisText);
    findings.push(...problems.map((problem) => locate(signaturesOf(file), problem)));
  }
  lint({ file: ORGANISATION_FILE, kind: 'routing', document: organisation.routing }, 'routing.');
  return findings;
}

/** `cadences/welcome.yaml:12: steps.3.email.template: there is no template guide (use one of …)` */
export function renderWorkspaceFinding({ file, line, path, severity, message, fix }: WorkspaceFinding): string {
  const place = line === 0 ? file : `${file}:${line}`;
  const said = fix === undefined ? message : `${message} (${fix})`;
  return [place, ...(severity === 'warning' ? ['warning'] : []), ...(path === '' ? [] : [path]), said].join(': ');
}
