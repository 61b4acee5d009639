import { Injectable } from '@nestjs/common';
import { templateIn, languagesOf, type Translated } from '../../domain/contactability/template-language.js';
import type { LintProblem } from '../../domain/lint-problem.js';
import { findTemplateError, type TemplateSource, templateVariables } from './render-template.js';
import { TEMPLATE_FIELDS } from './template-scope.js';

export interface LintableTemplate extends TemplateSource, Translated {
  readonly links: Readonly<Record<string, string>>;
}

/** A language in which leads are written to, and who says so: `campaign expo-2026`. */
export interface SpokenLanguage {
  readonly language: string;
  readonly by: string;
}

const PARTS = ['subject', 'html', 'text'] as const;

/** Judges a template before any lead meets it (product: Templates). */
@Injectable()
export class TemplateLintService {
  /** `spoken`: what campaigns and the organisation write in. */
  lint(template: LintableTemplate, spoken: readonly SpokenLanguage[] = []): LintProblem[] {
    const written = [
      { one: template, path: '' },
      ...Object.keys(template.translations ?? {}).map((language) => ({
        one: templateIn(template, language),
        path: `translations.${language}.`,
      })),
    ];
    const broken = written.flatMap(({ one, path }) => unreadable(one, path));
    if (broken.length > 0) return broken;
    return [
      ...written.flatMap(({ one, path }) => unknownVariables(one, path)),
      ...unusedLinks(
        template,
        written.map(({ one }) => one),
      ),
      ...missingLanguages(template, spoken),
    ];
  }
}

/** The first part that can not be read. */
function unreadable(template: LintableTemplate, prefix: string): LintProblem[] {
  for (const part of PARTS) {
    const text = template[part];
    const why = text === undefined ? undefined : findTemplateError({ subject: '', html: '', [part]: text });
    if (why === undefined) continue;
    const path = `${prefix}${part}`;
    const fix = 'correct the Liquid markup';
    return [{ severity: 'error', path, code: 'template-error', message: `can not be read: ${why}`, fix }];
  }
  return [];
}

function unknownVariables(template: LintableTemplate, prefix: string): LintProblem[] {
  return PARTS.flatMap((part) => {
    const text = template[part];
    if (text === undefined) return [];
    const unknown = templateVariables({ subject: '', html: '', [part]: text }).filter(
      (name) => !isKnown(name, template.links),
    );
    return unknown.map((name): LintProblem => {
      const isLink = name.startsWith('links.');
      return {
        severity: 'error',
        path: `${prefix}${part}`,
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

/** A link of the template that no language uses, or of a translation that this one does not. */
function unusedLinks(template: LintableTemplate, written: readonly LintableTemplate[]): LintProblem[] {
  const used = new Set(written.flatMap((one) => templateVariables(one)));
  const own = Object.keys(template.links).filter((key) => !used.has(`links.${key}`));
  const translated = Object.entries(template.translations ?? {}).flatMap(([language, { links = {} }]) => {
    const names = templateVariables(templateIn(template, language));
    const unused = Object.keys(links).filter((key) => !names.includes(`links.${key}`));
    return unused.map((key) => ({ key, path: `translations.${language}.links.${key}` }));
  });
  return [...own.map((key) => ({ key, path: `links.${key}` })), ...translated].map(({ key, path }) => ({
    severity: 'warning',
    path,
    code: 'unused-link',
    message: `nothing in the template leads to ${key}`,
    fix: `write {{ links.${key} }} or leave the link out`,
  }));
}

/** Only of a template with translations: one in a single language is read by everybody as it is. */
function missingLanguages(template: LintableTemplate, spoken: readonly SpokenLanguage[]): LintProblem[] {
  if (template.translations === undefined) return [];
  const written = languagesOf(template);
  const missing = [...new Set(spoken.map(({ language }) => language))].filter((one) => !written.includes(one)).sort();
  return missing.map((language) => {
    const by = spoken.filter((one) => one.language === language).map((one) => one.by);
    return {
      severity: 'warning',
      path: 'translations',
      code: 'missing-language',
      message: `${by.join(' and ')} ${by.length === 1 ? 'writes' : 'write'} in ${language}, and the template is not written in it`,
      fix: `add translations: { ${language}: … }, or their leads read it in ${template.language ?? 'its own language'}`,
    };
  });
}
