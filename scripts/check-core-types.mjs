// Type-checks domain/ and workflows/ without any ambient types, so that node and DOM globals do not compile there. The
// compiler stops refusing them as soon as one file of the program pulls node's types in; that is refused here.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const tsc = join('node_modules', 'typescript7', 'bin', 'tsc');
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [tsc, '--noEmit', '-p', 'tsconfig.domain.json', '--listFiles', '--pretty', 'false'],
  { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
);
const isListed = (line) => /^(\/|[A-Za-z]:[\\/])/.test(line);
const lines = stdout.split('\n').filter((line) => line !== '');
const messages = lines.filter((line) => !isListed(line));
const leaks = lines.filter((line) => isListed(line) && /[\\/]node_modules[\\/]@types[\\/]node[\\/]index/.test(line));
for (const leak of leaks) messages.push(`core-types: ${leak} is in the program; find the import that pulls it in`);

if (messages.length > 0 || stderr !== '') console.error([...messages, stderr].join('\n').trimEnd());
process.exitCode = status !== 0 || leaks.length > 0 ? 1 : 0;
