/** The `latchkey` command: finds the subcommand, parses its options, and turns errors into messages and exit codes. */
import { parseArgs } from 'node:util';
import pkg from '../../package.json' with { type: 'json' };
import { nearestName } from '../aws/nearest-name.ts';
import { type Command, UsageError, type Values } from './command.ts';
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
  if (
    name === '--version' ||
    name === '-v' ||
    name === 'version' ||
    splitAtCommand(rest)[0].includes('--version')
  ) {
    process.stdout.write(`${pkg.version}\n`);
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write((await import('./commands.ts')).HELP);
    return name === undefined ? 2 : 0;
  }
  const command = await commandNamed(name);
  const [own, passedOn] = splitAtCommand(rest);
  const { values, positionals } = parse(own, name, command);
  if (values.help) {
    process.stdout.write(`${command.usage.trim()}\n${command.asksServer ? SERVER_USAGE : ''}`);
    return 0;
  }
  const given = [...positionals, ...passedOn];
  if (given.length > command.maxWords) {
    const unexpected = given[command.maxWords];
    throw new UsageError(`"${unexpected}" is not expected there. Try: latchkey ${name} --help`);
  }
  return command.run({ values, words: given }).catch((error: Error) => {
    throw command.answersByCode ? new UsageError(error.message, { cause: error }) : error;
  });
}

/** `exec --ephemeral -- aws kms list-keys`: the options before `--` are ours, the rest is the command's. */
function splitAtCommand(words: string[]): [string[], string[]] {
  const at = words.indexOf('--');
  return at < 0 ? [words, []] : [words.slice(0, at), words.slice(at + 1)];
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

function parse(args: string[], name: string, { options: own, asksServer }: Command) {
  const options = {
    ...(asksServer ? SERVER_OPTIONS : {}),
    ...own,
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    const parsed = parseArgs({ args: args.map(marked), options, allowPositionals: true });
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

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  const isOurs = error instanceof UsageError;
  process.stderr.write(`latchkey: ${error instanceof Error ? error.message : String(error)}\n`);
  return isOurs ? 2 : 1;
});
