/** The control API of a running server, as the commands use it. */
import { accountOfAccessKeyId } from '../aws/access-key-id.ts';
import { ControlError } from '../control/control-api.ts';
import type { ImportedWorld } from '../imported-world.ts';
import { keepHeapSmall } from '../platform/node/heap.ts';
import { type RunningServer, runningServers } from '../platform/node/running-server.ts';
import { UsageError, type Values } from './command.ts';
import { ofSnapshot } from './snapshot-folder.ts';

export const DEFAULT_PORT = 4566;

/** A running server, or a snapshot of real accounts, which answers the same questions in this process. */
export type Connection = Pick<RunningServer, 'url' | 'token' | 'secure'> & { readonly world?: ImportedWorld };

/** Options by which a command is told which server to ask; every command that asks one takes them. */
export const SERVER_OPTIONS = { endpoint: { type: 'string' }, port: { type: 'string' } } as const;
export const SERVER_USAGE = `  --endpoint URL   the server to ask (default: AWS_ENDPOINT_URL, else the one that runs on this machine)
  --port PORT      the same, for one on this machine
`;

/**
 * The server that the options name, else the one that this shell's AWS clients are pointed at, else the one that runs on
 * this machine (on the default port, if several do). One that is named is never answered for by another.
 */
export function findServer(values: Values): Connection | undefined {
  const named = namedEndpoint(values);
  const servers = runningServers();
  if (named) {
    const running = servers.find((server) => isSameServer(server.url, named.url));
    const token = running?.token ?? process.env.LATCHKEY_TOKEN;
    if (token) return { url: running?.url ?? named.url, token, secure: running?.secure };
    const others = servers.map(({ url }) => url).join(', ');
    throw new UsageError(
      `no Latchkey of yours runs at ${named.url}, which ${named.by} names.` +
        (others ? ` There is: ${others}.` : '') +
        ` ${named.remedy}`,
    );
  }
  const chosen = servers.find((server) => server.url.endsWith(`:${DEFAULT_PORT}`));
  if (!chosen && servers.length > 1) {
    const urls = servers.map((server) => server.url).join(', ');
    throw new UsageError(`several servers run: ${urls}. Say which: --port PORT, or set AWS_ENDPOINT_URL.`);
  }
  return chosen ?? servers[0];
}

function namedEndpoint({ endpoint, port }: Values): { url: string; by: string; remedy: string } | undefined {
  const remedy = 'For one elsewhere, set LATCHKEY_TOKEN to its token.';
  if (typeof endpoint === 'string') {
    if (!URL.canParse(endpoint))
      throw new UsageError(`--endpoint takes a URL: http://127.0.0.1:${DEFAULT_PORT}`);
    return { url: endpoint, by: '--endpoint', remedy };
  }
  if (typeof port === 'string') {
    if (!/^\d{1,5}$/.test(port)) throw new UsageError('--port takes a number');
    return { url: `http://127.0.0.1:${port}`, by: '--port', remedy: 'latchkey status lists what runs.' };
  }
  const { AWS_ENDPOINT_URL: url } = process.env;
  if (!url) return undefined;
  return { url, by: 'AWS_ENDPOINT_URL', remedy: `Unset it, or start a server there. ${remedy}` };
}

/** Whether two URLs reach one server: the names of the loopback interface are the same address, and TLS is on the same port. */
function isSameServer(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => (URL.canParse(text) ? new URL(text) : undefined));
  if (!a || !b || a.port !== b.port) return false;
  const isLoopback = (host: string) => /^(?:(?:.*\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
  return a.hostname === b.hostname || (isLoopback(a.hostname) && isLoopback(b.hostname));
}

/** The account whose credentials this shell has for the server, if it has. */
function accountOfShell(server: Connection): string | undefined {
  const { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: accessKeyId } = process.env;
  return url && isSameServer(url, server.url) && accessKeyId ? accountOfAccessKeyId(accessKeyId) : undefined;
}

/** Options of a command that asks about something in one account and region. */
export const PLACE_OPTIONS = {
  account: { type: 'string' },
  region: { type: 'string' },
  from: { type: 'string' },
} as const;

/** The lines about them in a command's help. */
export const FROM_USAGE = `  --from DIR       ask a snapshot of real accounts (latchkey import) instead of a server
`;

/** What the control API is told of the place: the options, else what this shell's AWS clients go by. */
export function placeOf(
  server: Connection,
  { account, region }: Values,
): { accountId: unknown; region: unknown } {
  // The shell's own account is not the one that was imported.
  if (server.world) return { accountId: account, region };
  return {
    accountId: account ?? accountOfShell(server),
    region: region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION,
  };
}

export function requireServer(values: Values): Connection {
  const server = findServer(values);
  if (!server) throw new UsageError('no server is running. Start one: npx latchkey start');
  return server;
}

/** The snapshot that --from names, or the running server. */
export async function requireWorld(values: Values): Promise<Connection> {
  const { from } = values;
  if (from === undefined) return requireServer(values);
  keepHeapSmall();
  const { openImportedWorld } = await import('../imported-world.ts');
  const world = await ofSnapshot(from, openImportedWorld);
  return { url: `snapshot ${from}`, token: '', world };
}

/** Asks the control API; rejects with the server's own sentence, as a UsageError where the question was at fault. */
export async function ask<T>(server: Connection, path: string, body: object = {}): Promise<T> {
  if (server.world) return askWorld<T>(server.world, path, body);
  const response = await fetch(new URL(`/_latchkey/${path}`, server.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((error: Error) => {
    throw new Error(
      `the server at ${server.url} does not answer (${(error.cause as Error)?.message ?? error.message})`,
    );
  });
  const answer = await (response.json() as Promise<T & { message?: string }>).catch(() => {
    throw new Error(`what answers at ${server.url} is not a Latchkey server`);
  });
  const complaint = answer.message ?? `the server answered ${response.status}`;
  if (response.status === 400) throw new UsageError(complaint);
  if (!response.ok) throw new Error(complaint);
  return answer;
}

async function askWorld<T>({ questions }: ImportedWorld, name: string, body: object): Promise<T> {
  const question = Object.hasOwn(questions, name) ? questions[name] : undefined;
  if (!question)
    throw new UsageError(`${name} cannot be asked of a snapshot; start it: latchkey start --from DIR`);
  try {
    // Through JSON, as a server's answer comes.
    return JSON.parse(JSON.stringify(await question(body as Record<string, unknown>))) as T;
  } catch (error) {
    if (error instanceof ControlError) throw new UsageError(error.message);
    throw error;
  }
}
