/** The `latchkey` command: finds the subcommand, parses its options, and turns errors into messages and exit codes. */
import { parseArgs } from 'node:util';
import pkg from '../../package.json' with { type: 'json' };
import { nearestName } from '../aws/nearest-name.ts';
import { systemSentence } from '../platform/node/system-error.ts';
import { type Command, UsageError, type Values } from './command.ts';
import { exitCodeAfter, outliveReaders } from './output.ts';
import { SERVER_OPTIONS, SERVER_USAGE } from './server-connection.ts';
import { start } from './start.ts';

/** A server that has started has no use for the others. */
async function commandNamed(name: string): Promise<Command> {
  if (name === 'start') return start;
  const { COMMANDS } = await import('./commands.ts');
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const nearest = nearestName(name, Object.keys(COMMANDS));
    throw new UsageError(`unknown command "${name}"${nearest}. Try: latchkey --help`);
  }
  return command;
}

async function main(words: string[]): Promise<number> {
  const [name, ...rest] = words[0] === 'help' && words[1] ? [words[1], '--help'] : words;
  if (name === '--version' || name === '-v' || name === 'version') return printVersion();
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write((await import('./commands.ts')).HELP);
    return name === undefined ? 2 : 0;
  }
  const command = await commandNamed(name);
  const options = optionsOf(command);
  const [own, passedOn] = splitAtCommand(rest.map(marked), options, command);
  const { values, positionals } = parse(own, name, options);
  if (values.version) return printVersion();
  if (values.help) {
    process.stdout.write(`${command.usage.trim()}\n${command.asksServer ? SERVER_USAGE : ''}`);
    return 0;
  }
  const given = [...positionals, ...passedOn.map(unmarked)];
  if (given.length > command.maxWords) {
    const unexpected = given[command.maxWords];
    throw new UsageError(`"${unexpected}" is not expected there. Try: latchkey ${name} --help`);
  }
  return command.run({ values, words: given }).catch((error: Error) => {
    throw command.answersByCode ? new UsageError(error.message, { cause: error }) : error;
  });
}

function printVersion(): number {
  process.stdout.write(`${pkg.version}\n`);
  return 0;
}

const optionsOf = ({ options, asksServer }: Command) =>
  ({
    ...(asksServer ? SERVER_OPTIONS : {}),
    ...options,
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean' },
  }) as const;

/**
 * `exec --ephemeral -- aws kms list-keys`: the options before `--` are ours, the rest is the command's. It may also be left out:
 * what stands after the first word of a command that is to be run is meant for that one.
 */
function splitAtCommand(
  words: string[],
  options: ReturnType<typeof optionsOf>,
  { runsCommand }: Command,
): [string[], string[]] {
  const { tokens } = parseArgs({ args: words, options, allowPositionals: true, strict: false, tokens: true });
  const end = tokens.find(
    ({ kind }) => kind === 'option-terminator' || (runsCommand && kind === 'positional'),
  );
  if (!end) return [words, []];
  return [words.slice(0, end.index), words.slice(end.kind === 'positional' ? end.index : end.index + 1)];
}

/** A number below zero is no option, and would be taken for one: what no word has stands before it until they are told apart. */
const MARK = '\0';
const marked = (word: string): string => word.replace(/^(?=-\d)/, MARK);
const unmarked = <Value>(value: Value): Value =>
  (Array.isArray(value)
    ? value.map(unmarked)
    : typeof value === 'string'
      ? value.replace(MARK, '')
      : value) as Value;

function parse(args: string[], name: string, options: ReturnType<typeof optionsOf>) {
  try {
    const parsed = parseArgs({ args, options, allowPositionals: true });
    const empty = Object.entries(parsed.values).find(([, value]) => [value].flat().includes(''));
    if (empty) throw new Error(`--${empty[0]} is given an empty value`);
    const values = Object.entries(parsed.values).map(([option, value]) => [option, unmarked(value)]);
    return {
      values: Object.fromEntries(values) as Values,
      positionals: parsed.positionals.map(unmarked),
    };
  } catch (error) {
    // Node goes on to tell how a word that begins with a hyphen may be passed, which no command here takes.
    const [sentence = ''] = (error as Error).message.split('. ');
    const unknown = /^Unknown option '--(.+)'/.exec(sentence)?.[1];
    const nearest = unknown === undefined ? '' : nearestName(unknown, Object.keys(options), '--');
    throw new UsageError(`${sentence}${nearest}. Try: latchkey ${name} --help`);
  }
}

outliveReaders();
const code = await main(process.argv.slice(2)).catch((error: unknown) => {
  const isOurs = error instanceof UsageError;
  const sentence = systemSentence(error) ?? (error instanceof Error ? error.message : String(error));
  process.stderr.write(`latchkey: ${sentence}\n`);
  return isOurs ? 2 : 1;
});
process.exitCode = exitCodeAfter(code);
