/** What a command of the CLI is made of. */
import type { ParseArgsOptionsConfig } from 'node:util';

/** Options as they were given, by name. */
export type Values = Readonly<Record<string, string | boolean | undefined>>;

export interface Command {
  /** One line for `latchkey --help`. */
  readonly summary: string;
  /** What `latchkey <command> --help` prints. */
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  /** Whether it asks a running server, which `--endpoint` and `--port` then name. */
  readonly asksServer?: true;
  /** Whether its words are a command to run, with options of its own. */
  readonly runsCommand?: true;
  /** Whether its exit code is an answer: where there is none, it is 2 and not the 1 of a no. */
  readonly answersByCode?: true;
  /** How many words it takes besides its options; a word more is refused. */
  readonly maxWords: number;
  /** Returns the exit code. */
  run(invocation: { values: Values; words: string[] }): Promise<number>;
}

/** Something the user did that a sentence can answer: printed without a stack, exit code 2. */
export class UsageError extends Error {}

/** The answer to a question, as text or as JSON, which --json asks for. */
export function printAnswer({ json }: Values, answer: object, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(answer, null, 2) : text()}\n`);
}
