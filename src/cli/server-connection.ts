/** The control API of a running server, as the commands use it. */

import { accountOfAccessKeyId } from '../aws/access-key-id.ts';
import { type RunningServer, runningServers } from '../platform/node/running-server.ts';
import { UsageError } from './command.ts';

export const DEFAULT_PORT = 4566;

type Connection = Pick<RunningServer, 'url' | 'token'>;

/**
 * The server of the surrounding `latchkey exec`, else the one that this shell's AWS clients are pointed at, else the
 * one that runs on this machine (on the default port, if several do).
 */
export function findServer(): Connection | undefined {
  const { AWS_ENDPOINT_URL: url, LATCHKEY_TOKEN: token } = process.env;
  if (url && token) return { url, token };
  const servers = runningServers();
  const chosen =
    servers.find((server) => server.url === url) ??
    servers.find((server) => server.url.endsWith(`:${DEFAULT_PORT}`));
  if (!chosen && servers.length > 1) {
    const urls = servers.map((server) => server.url).join(', ');
    const missed = url ? `, and none at ${url}, which is this shell's` : '';
    throw new UsageError(
      `several servers run: ${urls}${missed}. Set AWS_ENDPOINT_URL to the one that is meant.`,
    );
  }
  return chosen ?? servers[0];
}

/** The account whose credentials this shell has for the server, if it has. */
export function accountOfShell(server: Connection): string | undefined {
  const { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: accessKeyId } = process.env;
  return url === server.url && accessKeyId ? accountOfAccessKeyId(accessKeyId) : undefined;
}

/** Options of a command that asks about something in one account and region. */
export const PLACE_OPTIONS = { account: { type: 'string' }, region: { type: 'string' } } as const;

/** What the control API is told of the place: the options, else what this shell's AWS clients go by. */
export function placeOf(
  server: Connection,
  { account, region }: Record<string, string | boolean | undefined>,
): { accountId: unknown; region: unknown } {
  return {
    accountId: account ?? accountOfShell(server),
    region: region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION,
  };
}

export function requireServer(): Connection {
  const server = findServer();
  if (!server) throw new UsageError('no server is running. Start one: npx latchkey start');
  return server;
}

/** Asks the control API; rejects with the server's own sentence, as a UsageError where the question was at fault. */
export async function ask<T>(server: Connection, path: string, body: object = {}): Promise<T> {
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

export interface AccountAnswer {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** What an AWS client needs in its environment. AWS CLI v1 reads AWS_DEFAULT_REGION only. */
export function clientEnvironment(server: Connection, account: AccountAnswer): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
  };
}

/** What would lead a client past these credentials. */
export const MISLEADING_VARIABLES = ['AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];
