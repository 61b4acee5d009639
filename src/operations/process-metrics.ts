import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectDefaultMetrics } from 'prom-client';
import type { MetricsRegistry } from '../common/metrics/metrics-registry.js';

/** The version of the package this file belongs to: the tree is built to another depth than it is written in. */
function packageVersion(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    try {
      return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
    } catch (error) {
      if (folder === dirname(folder)) throw error;
    }
  }
}

/** Memory, CPU, event loop and garbage collection of this process, and which build it runs. */
export function measureProcess(metrics: MetricsRegistry): void {
  collectDefaultMetrics({ register: metrics.registry });
  const build = metrics.gauge('baton_build_info', 'Always 1; the labels say which build runs.', ['version', 'node']);
  build.set({ version: packageVersion(), node: process.versions.node }, 1);
}
