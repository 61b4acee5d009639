import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { DefinitionSignaturesController } from './definition-signatures.controller.js';
import { documentController } from './document.controller.js';
import { DocumentEditingModule } from './document-editing.module.js';
import { DocumentPagesService } from './document-pages.service.js';
import { DocumentsReadModel } from './documents.read-model.js';
import { YamlBodies } from './yaml-bodies.js';

const definitions = { tag: 'Definitions' } as const;
const policies = { tag: 'Policies', single: true } as const;

/** What the api process adds. */
@Module({
  imports: [DocumentEditingModule, PeopleModule],
  controllers: [
    DefinitionSignaturesController,
    documentController({
      ...definitions,
      name: 'CadencesController',
      path: 'v1/cadences',
      kind: 'cadence',
      what: 'cadence',
    }),
    documentController({
      ...definitions,
      name: 'ScoreModelsController',
      path: 'v1/score-models',
      kind: 'score_model',
      what: 'score model',
    }),
    documentController({
      ...definitions,
      name: 'DefinitionsController',
      path: 'v1/definitions',
      kind: 'definition',
      what: 'qualification definition',
    }),
    documentController({
      ...definitions,
      name: 'TemplatesController',
      path: 'v1/templates',
      kind: 'template',
      what: 'template',
    }),
    documentController({
      ...policies,
      name: 'SlaPolicyController',
      path: 'v1/policies/sla',
      kind: 'sla',
      what: 'SLA policy',
    }),
    documentController({
      ...policies,
      name: 'RecyclePolicyController',
      path: 'v1/policies/recycle',
      kind: 'recycle',
      what: 'recycle policy',
    }),
    documentController({
      ...policies,
      name: 'FrequencyPolicyController',
      path: 'v1/policies/frequency',
      kind: 'frequency',
      what: 'frequency policy',
    }),
    documentController({
      ...policies,
      name: 'RoutingController',
      path: 'v1/policies/routing',
      kind: 'routing',
      what: 'routing',
    }),
    documentController({
      ...policies,
      name: 'PrepPolicyController',
      path: 'v1/policies/prep',
      kind: 'prep',
      what: 'prep checklists',
    }),
    documentController({
      ...policies,
      name: 'PlaybookController',
      path: 'v1/policies/playbook',
      kind: 'playbook',
      what: 'playbook',
    }),
  ],
  providers: [DocumentPagesService, DocumentsReadModel, YamlBodies],
})
export class DocumentsHttpModule {}
