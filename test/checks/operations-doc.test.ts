import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { MetricsRegistry } from '../../src/common/metrics/metrics-registry.js';
import { MetricsService } from '../../src/operations/metrics.service.js';
import { VIOLATION_KINDS } from '../../src/operations/reconcile/reconcile.schema.js';
import { RecordGaugesReadModel } from '../../src/operations/record-gauges.read-model.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const document = read('docs/operations.md');
const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();
const all = (text: string, pattern: RegExp): string[] =>
  unique([...text.matchAll(pattern)].map(([, name]) => name ?? ''));

describe('docs/operations.md', () => {
  it('calls only scripts and files that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const called = all(document, /npm (?:run )?([a-z]+)/g);
    expect(called).toEqual(expect.arrayContaining(['start', 'baton', 'build', 'replay']));
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
    const sources = all(document, /dist\/(src\/cli\/[a-z-]+)\.js/g);
    expect(sources.filter((path) => !existsSync(join(root, `${path}.ts`)))).toEqual([]);
  });

  it('has every command of baton and no other, with options that exist', () => {
    const source = read('src/cli/baton.ts');
    const usage = /`Usage: ([\s\S]*?)`/.exec(source)?.[1] ?? '';
    const documented = all(document, /npm run baton -- ([a-z]+)/g);
    expect(documented).toEqual(all(usage, /baton ([a-z]+)/g));
    const lines = [...document.matchAll(/npm run baton -- .*/g)].map(([line]) => line);
    const options = all(lines.join('\n'), / --([a-z-]+)/g);
    expect(options.filter((name) => !new RegExp(`\\b${name}'?: \\{ type`).test(source))).toEqual([]);
    expect(all(usage, /--([a-z-]+)/g)).toEqual(options);
  });

  it('has every metric and no other, with its labels', async () => {
    const metrics = new MetricsRegistry();
    const service = new MetricsService(metrics, new RecordGaugesReadModel({} as DataSource, metrics));
    await service.text();
    const shown = (await metrics.registry.getMetricsAsJSON()).map(({ name }) => name);
    const ours = shown.filter((name) => name.startsWith('baton_'));
    const named = all(document, /`(baton_[a-z_]+)(?:\{[a-z_,]+\})?`/g);
    expect(named).toEqual(unique(ours));
    for (const name of ours) {
      const labels = (metrics.registry.getSingleMetric(name) as unknown as { labelNames: string[] }).labelNames;
      const [row = ''] = document.split('\n').filter((line) => line.startsWith('|') && line.includes(`\`${name}`));
      expect(row).toContain(`\`${name}${labels.length === 0 ? '' : `{${labels.join(',')}}`}\``);
    }
    const process = all(document, /`((?:process|nodejs)_[a-z0-9_]+)`/g);
    expect(process.filter((name) => !shown.includes(name))).toEqual([]);
  });

  it('explains every violation that reconcile can find', () => {
    const section = document.split('| Violation |')[1]?.split('\n\n')[0] ?? '';
    expect(all(section, /^\| `([a-z_]+)` \|/gm)).toEqual(unique(VIOLATION_KINDS));
  });
});
