import { Injectable } from '@nestjs/common';
import type { LintProblem } from '../../domain/lint-problem.js';
import { findTemplateError, type TemplateSource, templateVariables } from './render-template.js';
import { TEMPLATE_FIELDS } from './template-scope.js';

export interface LintableTemplate extends TemplateSource {
  readonly links: Readonly<Record<string, string>>;
}

/** Judges a template before any lead meets it (product: Templates). */
@Injectable()
export class TemplateLintService {
  lint(template: LintableTemplate): LintProblem[] {
    for (const part of ['subject', 'html', 'text'] as const) {
      const text = template[part];
      const why = text === undefined ? undefined : findTemplateError({ subject: '', html: '', [part]: text });
      if (why !== undefined) {
        const fix = 'correct the Liquid markup';
        return [{ severity: 'error', path: part, code: 'template-error', message: `can not be read: ${why}`, fix }];
      }
    }
    return [...unknownVariables(template), ...unusedLinks(template)];
  }
}

function unknownVariables(template: LintableTemplate): LintProblem[] {
  return (['subject', 'html', 'text'] as const).flatMap((part) => {
    const text = template[part];
    if (text === undefined) return [];
    const unknown = templateVariables({ subject: '', html: '', [part]: text }).filter(
      (name) => !isKnown(name, template.links),
    );
    return unknown.map((name): LintProblem => {
      const isLink = name.startsWith('links.');
      return {
        severity: 'error',
        path: part,
        code: isLink ? 'unknown-link' : 'unknown-variable',
        message: `there is no ${isLink ? 'link' : 'field'} ${name}`,
        fix: isLink
          ? `name its address in links: { ${name.slice('links.'.length)}: https://… }`
          : `use one of ${TEMPLATE_FIELDS.join(', ')}, lead.profile.<name> or links.<name>`,
      };
    });
  });
}

function isKnown(name: string, links: Readonly<Record<string, string>>): boolean {
  if (name.startsWith('links.')) return Object.hasOwn(links, name.slice('links.'.length));
  return name.startsWith('lead.profile.') || TEMPLATE_FIELDS.some((field) => field === name);
}

function unusedLinks(template: LintableTemplate): LintProblem[] {
  const used = templateVariables(template);
  return Object.keys(template.links)
    .filter((key) => !used.includes(`links.${key}`))
    .map((key) => ({
      severity: 'warning',
      path: `links.${key}`,
      code: 'unused-link',
      message: `nothing in the template leads to ${key}`,
      fix: `write {{ links.${key} }} or leave the link out`,
    }));
}
