/** A real server on a free port, in memory and without delays, and the official SDK's clients to speak to it. */
import { Agent } from 'node:http';
import type { TestContext } from 'node:test';
import { startLatchkey } from '../../src/assemble.ts';
import type { Latchkey, LatchkeyOptions } from '../../src/latchkey.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What a client would look for in the environment and in files, by ways that throw where nothing is found, takes half of its first call. */
const SETTLED = {
  maxAttempts: 1,
  retryMode: 'standard',
  defaultsMode: 'legacy',
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
} as const;

type ClientConfig = typeof SETTLED & {
  endpoint: string;
  region: string;
  credentials: Credentials;
  requestHandler: { httpAgent: Agent };
};

export interface TestServer {
  readonly latchkey: Latchkey;
  readonly url: string;
  /** Root credentials of an account, made when it is new. */
  root(accountId?: string): Promise<Credentials>;
  /**
   * A client of the official SDK: `server.client(KMSClient)`, as root of the default account unless told otherwise. `through`: the
   * VPC endpoint that it comes through, and the address in its VPC: `vpce-…/10.0.0.5`.
   */
  client<C>(
    Client: new (config: ClientConfig) => C,
    credentials?: Credentials,
    options?: { region?: string; through?: string },
  ): C;
  /** Moves the server's clock on and waits until what became due is done. */
  advance(byMs: number): Promise<void>;
  /** Waits until all simulated work that is due is done. */
  settled(): Promise<void>;
  /** Errors that were the server's own: a test that expects none checks that this is empty (the harness does at its end). */
  readonly defects: unknown[];
  ask<T = unknown>(question: string, body?: object): Promise<T>;
  close(): Promise<void>;
}

/** Starts a server that ends with the test (or with `close`). */
export async function startServerFor(
  context: Pick<TestContext, 'after'> | undefined,
  options: LatchkeyOptions = {},
): Promise<TestServer> {
  const defects: unknown[] = [];
  const latchkey = await startLatchkey({ delays: 0, onDefect: (error) => defects.push(error), ...options });
  const ask = async <T>(question: string, body: object = {}): Promise<T> => {
    const response = await fetch(`${latchkey.url}/_latchkey/${question}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${latchkey.token}` },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error((answer as { message: string }).message);
    return answer as T;
  };
  const defaultRoot = await ask<Credentials>('account');
  const clients: { destroy?(): void }[] = [];
  const httpAgent = new Agent({ keepAlive: true });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    for (const client of clients) client.destroy?.();
    await latchkey.close();
    if (defects.length > 0)
      throw new AggregateError(defects, `the server had ${defects.length} internal errors`);
  };
  context?.after(close);
  return {
    latchkey,
    url: latchkey.url,
    defects,
    ask,
    root: (accountId) =>
      accountId ? ask<Credentials>('account', { accountId }) : Promise.resolve(defaultRoot),
    client(Client, credentials = defaultRoot, { region = 'us-east-1', through = '' } = {}) {
      const { accessKeyId, secretAccessKey, sessionToken } = credentials;
      const client = new Client({
        endpoint: through ? `${latchkey.url}/${through}` : latchkey.url,
        region,
        credentials: { accessKeyId, secretAccessKey, sessionToken },
        requestHandler: { httpAgent },
        ...SETTLED,
      });
      clients.push(client as { destroy?(): void });
      return client;
    },
    advance: async (byMs) => void (await ask('clock', { advanceMs: byMs })),
    settled: async () => void (await ask('settle')),
    close,
  };
}

/** The AWS error code and message of a call that must fail. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ code: string; message: string; status: number }> {
  try {
    await call;
  } catch (error) {
    const { name, Code, message, $metadata } = error as {
      name: string;
      Code?: string;
      message: string;
      $metadata?: { httpStatusCode?: number };
    };
    return { code: Code ?? name, message, status: $metadata?.httpStatusCode ?? 0 };
  }
  throw new Error('the call succeeded, and should not have');
}

/** `code: message` of a call that must fail. */
export async function refusalText(call: Promise<unknown>): Promise<string> {
  const { code, message } = await refusal(call);
  return `${code}: ${message}`;
}

/** `[code, message]` of a call that must fail. */
export async function codeAndMessage(call: Promise<unknown>): Promise<[code: string, message: string]> {
  const { code, message } = await refusal(call);
  return [code, message];
}
