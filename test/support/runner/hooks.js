import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';

const GLOBALS = new URL('jest-globals.js', import.meta.url).href;

let compilerOptions;

export async function initialize(data) {
  compilerOptions = { ...data.compilerOptions, sourceMaps: false };
}

/** Module hooks of Node: TypeScript as it stands, `./name.js` for `name.ts`, and the test functions of Jest. */
export async function resolve(specifier, context, nextResolve) {
  if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
  if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts')) {
    const url = new URL(specifier, context.parentURL);
    const source = `${url.href.slice(0, -3)}.ts`;
    if (existsSync(fileURLToPath(source))) return { url: source, shortCircuit: true };
  }
  return nextResolve(specifier, context);
}

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const { code } = transformFileSync(fileURLToPath(url), compilerOptions);
  return { format: 'module', source: code, shortCircuit: true };
}
