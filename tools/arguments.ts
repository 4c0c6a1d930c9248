/** What a command of this project is told; whoever asks for `--help`, or for what there is not, is shown what its file begins with. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** @param main the URL of the command's file */
export function readArguments<const T extends ParseArgsOptionsConfig>(main: string, options: T) {
  const { values, positionals } = parsed(main, options);
  /** A number that was given, or that the option stands at. */
  const numberOf = (name: keyof T & string): number => {
    const text = String((values as Record<string, unknown>)[name]);
    if (!/^-?\d+(?:\.\d+)?$/.test(text))
      refuse(main, `--${name} takes a number, not ${JSON.stringify(text)}.`);
    return Number(text);
  };
  return { values, positionals, numberOf, refuse: (problem: string) => refuse(main, problem) };
}

function parsed<const T extends ParseArgsOptionsConfig>(main: string, options: T) {
  try {
    const config = {
      allowPositionals: true,
      options: { ...options, help: { type: 'boolean', short: 'h' } },
    } as const;
    const { values, positionals } = parseArgs(config);
    if ((values as { help?: boolean }).help) {
      console.log(usageOf(main));
      process.exit(0);
    }
    return { values: values as ReturnType<typeof parseArgs<{ options: T }>>['values'], positionals };
  } catch (error) {
    return refuse(main, (error as Error).message);
  }
}

function refuse(main: string, problem: string): never {
  console.error(`${problem}\n\n${usageOf(main)}`);
  process.exit(2);
}

/** The comment at the head of the file. */
function usageOf(main: string): string {
  const [, comment = ''] = /^\/\*\*(.*?)\*\//s.exec(readFileSync(fileURLToPath(main), 'utf8')) ?? [];
  return comment.replaceAll(/^[ \t]*\*? ?/gm, '').trim();
}
