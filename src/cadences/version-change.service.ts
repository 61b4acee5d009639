import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CadenceDocument } from '../../domain/cadence/cadence.schema.js';
import type { CadencePlan } from '../../domain/cadence/cadence-plan.js';
import { compileCadence } from '../../domain/cadence/compile-cadence.js';
import { type MappingProblem, mapSteps, type StepMapping, type StepMoves } from '../../domain/cadence/map-steps.js';
import { type FieldError, notFound, unprocessable } from '../common/problem.js';
import { DocumentsReadModel } from '../documents/documents.read-model.js';
import { type DocumentVersion, DocumentsService } from '../documents/documents.service.js';

/** A version of a cadence with the plan that follows from it. */
export interface CadenceEdition {
  readonly id: string;
  readonly version: number;
  readonly document: CadenceDocument;
  readonly plan: CadencePlan;
}

/** The way from one version to another. */
export interface VersionChange extends StepMoves {
  readonly from: CadenceEdition;
  readonly to: CadenceEdition;
  readonly problems: readonly MappingProblem[];
}

/** Compares versions of a cadence. */
@Injectable()
export class VersionChangeService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly reads: DocumentsReadModel,
  ) {}

  /** A published version by its number; 404 for an unknown cadence, 422 naming `field` for an unknown version. */
  async edition(manager: EntityManager, key: string, version: number, field: string): Promise<CadenceEdition> {
    const head = await this.reads.head(manager, 'cadence', key);
    if (!head) throw notFound();
    const line = await this.reads.version(manager, 'cadence', key, version);
    const message = `there is no version ${version} of ${key}, the newest is ${head.latestVersion}`;
    if (!line) throw unprocessable([{ path: field, code: 'unknown_version', message }]);
    return this.editionById(manager, line.id);
  }

  async editionById(manager: EntityManager, id: string): Promise<CadenceEdition> {
    const found = await this.documents.load(manager, 'cadence', id);
    if (!found) throw new Error(`no version ${id} of a cadence`);
    return editionOf(found);
  }

  /** The way from each of the versions to `to`. */
  async changes(
    manager: EntityManager,
    fromIds: Iterable<string>,
    to: CadenceEdition,
    mapping: StepMapping,
  ): Promise<ReadonlyMap<string, VersionChange>> {
    const changes = new Map<string, VersionChange>();
    for (const id of new Set(fromIds)) {
      const from = await this.editionById(manager, id);
      changes.set(id, { from, to, ...mapSteps(from.plan, to.plan, mapping) });
    }
    return changes;
  }

  /** 422 with every entry of the mapping that names a step which none of the versions has, or a place that is none. */
  refuseMapping(changes: ReadonlyMap<string, VersionChange>, to: CadenceEdition, mapping: StepMapping): void {
    const all = [...changes.values()];
    const errors: FieldError[] = [];
    for (const step of all.length === 0 ? [] : Object.keys(mapping)) {
      const path = `mapping.${step}`;
      const problem = all.flatMap(({ problems }) => problems).find((one) => one.step === step);
      if (!all.some(({ from }) => Object.hasOwn(from.plan.steps, step))) {
        errors.push({ path, code: 'unknown_step', message: `no lead is inside a version that has a step ${step}` });
      } else if (problem?.code === 'unknown_target') {
        errors.push({ path, code: problem.code, message: `version ${to.version} has no step ${mapping[step]}` });
      } else if (problem?.code === 'passed_through') {
        const message = `nobody stands on ${mapping[step]}: name the step it leads to`;
        errors.push({ path, code: problem.code, message });
      }
    }
    if (errors.length > 0) throw unprocessable(errors);
  }
}

function editionOf({ id, version, body }: DocumentVersion<'cadence'>): CadenceEdition {
  return { id, version, document: body, plan: compileCadence(body, { version, versionId: id }) };
}
