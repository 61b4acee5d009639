import { parseArgs, type ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Parses the command's own options; an unknown one is an error. */
export function readOptions<O extends Options>(options: O): ReturnType<typeof parseArgs<{ options: O }>>['values'] {
  return parseArgs({ options, strict: true, allowPositionals: false }).values;
}

/** Runs one command to its end; a failure is one message on stderr and exit code 1. */
export async function runCommand(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
