/**
 * The script of `latchkey import plan --script`, run by the shell. Its `aws` is the real AWS CLI, or a stand-in for it: one
 * that takes the same command lines, makes the same calls with the SDK and writes what the CLI writes, but does not take a
 * second to start: a script has dozens of calls an account.
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { importScript } from '../../src/import/plan.ts';
import type { ReadRow } from '../../src/import/read-row.ts';
import { READS } from '../../src/import/reads.ts';
import { REGION } from './account.ts';
import { anyCall } from './any-call.ts';
import type { Credentials, TestServer } from './server.ts';

/**
 * Bash has sockets of its own: nothing else has to be started for a call. What it is to print goes where descriptors 4 and 5 go:
 * its own first two are others while it asks.
 */
const STAND_IN = `#!/bin/bash
exec 3<> "/dev/tcp/127.0.0.1/$STAND_IN_PORT" 4>&1 5>&2
printf '%s\\0' "$$" "$AWS_DEFAULT_REGION" "$@" '' >&3
read -r code <&3
exit "$code"
`;

export interface ScriptRun {
  /** What it printed. */
  readonly said: string;
  /** The command lines of its calls. */
  readonly commands: readonly string[];
}

/** Leaves the script's files in `out`. `isReal`: with the AWS CLI of the machine. */
export async function runImportScript(
  server: TestServer,
  credentials: Credentials,
  { out, regions, isReal = false }: { out: string; regions: readonly string[]; isReal?: boolean },
): Promise<ScriptRun> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-script-'));
  const script = join(folder, 'latchkey-import.sh');
  writeFileSync(script, importScript());
  writeFileSync(join(folder, 'aws'), STAND_IN);
  chmodSync(join(folder, 'aws'), 0o755);
  const commands: string[] = [];
  const standIn = createServer((socket) => {
    answer(socket, (region, words) => {
      commands.push(words.join(' '));
      return outputOf(server, credentials, region, words);
    });
  });
  await new Promise<void>((resolve) => standIn.listen(0, '127.0.0.1', resolve));
  const said = join(folder, 'said');
  const env = {
    PATH: isReal ? process.env.PATH : `${folder}:${process.env.PATH}`,
    HOME: folder,
    SAID: said,
    STAND_IN_PORT: String((standIn.address() as AddressInfo).port),
    AWS_ENDPOINT_URL: server.url,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  try {
    // What it prints goes into a file, which the stand-in can open by its name: Node's pipes are sockets.
    const words = ['-c', 'exec sh "$0" "$@" > "$SAID" 2>&1', script, out, ...regions];
    await promisify(execFile)('sh', words, { env });
    return { said: readFileSync(said, 'utf8'), commands };
  } finally {
    standIn.close();
    rmSync(folder, { recursive: true });
  }
}

type Answering = (region: string, words: readonly string[]) => Promise<string>;

function answer(socket: Socket, outputOfCommand: Answering): void {
  let asked = '';
  socket.on('error', () => undefined);
  socket.on('data', (part) => {
    asked += part;
    if (asked.endsWith('\0\0')) void answerCommand(socket, asked.slice(0, -2).split('\0'), outputOfCommand);
  });
}

async function answerCommand(
  socket: Socket,
  [process = '', region = '', ...words]: readonly string[],
  outputOfCommand: Answering,
): Promise<void> {
  const [descriptor, text, code] = await outputOfCommand(region, words).then(
    (output) => [4, output, 0],
    (error: Error) => [5, `\n${error.message}\n`, 254],
  );
  writeFileSync(`/proc/${process}/fd/${descriptor}`, String(text));
  socket.end(`${code}\n`);
}

const plain = (name: string) => name.replaceAll('-', '').toLowerCase();

async function outputOf(
  server: TestServer,
  credentials: Credentials,
  region: string,
  [service = '', name = '', ...options]: readonly string[],
): Promise<string> {
  const row = READS.find(({ operation }) => plain(operation) === `${service}:${plain(name)}`);
  if (!row) throw new Error(`aws: error: argument operation: Invalid choice: ${service} ${name}`);
  const operation = row.operation.split(':')[1] as string;
  const given = optionsOf(options);
  const output = await allPages(row, async (token) => {
    const input = { ...inputOf(row, given), ...token };
    return anyCall(server, credentials, { service, operation, input }, region);
  }).catch((error: Error) => {
    throw new Error(
      `An error occurred (${error.name}) when calling the ${operation} operation: ${error.message}`,
    );
  });
  if (given.get('output')?.[0] === 'text') return `${output.Account}\t${output.Arn}\n`;
  return `${JSON.stringify(asTheCli(output), undefined, 4)}\n`;
}

function optionsOf(words: readonly string[]): Map<string, string[]> {
  const options = new Map<string, string[]>();
  let values: string[] = [];
  for (const word of words) {
    if (word.startsWith('--')) {
      values = [];
      options.set(plain(word.slice(2)), values);
    } else values.push(word);
  }
  return options;
}

function inputOf({ input = {}, each = [] }: ReadRow, given: ReadonlyMap<string, string[]>): object {
  const names = [...Object.keys(input), ...each.map(({ as }) => as)];
  return Object.fromEntries(
    names.map((name) => {
      const values = given.get(plain(name)) ?? [];
      return [name, Array.isArray(input[name]) ? values : values[0]];
    }),
  );
}

type Output = Record<string, unknown>;

/** The CLI joins the pages of an answer. */
async function allPages(
  { lists = [], token }: ReadRow,
  page: (token: object) => Promise<Readonly<Output>>,
): Promise<Output> {
  let all: Output | undefined;
  let next: unknown;
  do {
    const output: Output = { ...(await page(token && next ? { [token[0]]: next } : {})) };
    next = token && output[token[1]];
    for (const name of lists)
      output[name] = [...((all?.[name] as []) ?? []), ...((output[name] as []) ?? [])];
    all = output;
  } while (next);
  for (const name of ['$metadata', 'NextToken', 'Marker', 'NextMarker', 'IsTruncated', 'Truncated'])
    delete all[name];
  return all;
}

/** Documents of IAM are shown as JSON, times as text. */
function asTheCli(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('%7B')) return JSON.parse(decodeURIComponent(value));
  if (Array.isArray(value)) return value.map(asTheCli);
  if (!value || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asTheCli(inner)]));
}
