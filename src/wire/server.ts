/** The HTTP server: limits, timeouts, host policy, and one handler for every request. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { AwsError } from '../aws/aws-error.ts';
import { systemTimers } from '../platform/node/index.ts';
import { isSecure, serveTlsToo } from '../platform/node/tls-beside.ts';
import type { Timers } from '../platform/ports.ts';
import type { TlsIdentity } from '../platform/sockets.ts';
import { type HostPolicy, hostPolicy, plainAddress } from './host-policy.ts';
import type { HttpReply, HttpRequest, HttpResponse } from './http.ts';
import { BodyCollector, BodyRoom } from './request-body.ts';
import { StreamedReplies } from './streamed-replies.ts';

// An import statement would touch every export of node:http, and one of them loads all of fetch: 30 ms of the start.
const { createServer } = process.getBuiltinModule('node:http');

/** All that is known of a request before its body. */
export type RequestHead = Omit<HttpRequest, 'body'>;

export interface ServerLimits {
  readonly bodyBytes: number;
  /** Of all bodies together that are held at one time. */
  readonly allBodiesBytes: number;
  readonly headerBytes: number;
  /** From the first byte of a request to the last of its headers. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the last of its body. */
  readonly requestTimeoutMs: number;
  /** How long a connection may stand idle between requests. */
  readonly keepAliveMs: number;
  /** How long `close` waits for requests that are being answered. */
  readonly closeGraceMs: number;
}

const DEFAULT_LIMITS: ServerLimits = {
  // The largest batch of any API (1 MiB of log events or events), with every character of it escaped.
  bodyBytes: 8 * 1024 * 1024,
  allBodiesBytes: 64 * 1024 * 1024,
  // A session token alone may take several KiB.
  headerBytes: 32 * 1024,
  headersTimeoutMs: 20_000,
  requestTimeoutMs: 120_000,
  // Longer than the SDKs keep an idle connection, so that it is they who close it and no request meets a reset.
  keepAliveMs: 75_000,
  closeGraceMs: 5_000,
};

export interface ServerOptions {
  /** Address to bind; loopback by default. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Names to answer to besides localhost, its subdomains and the loopback addresses; see `hostPolicy`. */
  readonly hostnames?: readonly string[];
  readonly handle: (request: HttpRequest) => Promise<HttpReply>;
  /** Writes an error of the transport in the form that the client will understand (`route.ts` has one). */
  readonly refuse: (error: AwsError, head: RequestHead) => HttpResponse;
  /** Receives what `handle` threw; the client never sees it. */
  readonly report?: (error: unknown) => void;
  readonly timers?: Timers;
  readonly limits?: Partial<ServerLimits>;
  /** Speaks TLS too, on the same port, to the clients that do. */
  readonly tls?: TlsIdentity;
}

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** `http://host:port`, as AWS_ENDPOINT_URL wants it. */
  readonly url: string;
  /** The same for HTTPS, where TLS is spoken. */
  readonly secureUrl?: string;
  /** Takes no more requests, finishes those at hand within the grace, then drops what is left. */
  close(): Promise<void>;
}

/** Headers of which a second one would leave it open which is meant: one party signs the first, another reads the second. */
const SINGLE_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'content-length',
  'content-type',
  'host',
  'origin',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-target',
]);

/** Listens, and resolves when connections are accepted. @throws the listening error (`EADDRINUSE`) */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  // Failed accepts (no file descriptors left), which end no server.
  server.on('error', (error) => options.report?.(error));
  const { address, port } = server.address() as Exclude<ReturnType<Server['address']>, string | null>;
  const connection = new RequestServer(
    options,
    limits,
    hostPolicy({ port, hostnames: options.hostnames, anyPort: isWildcard(address) }),
  );
  server.on('request', (request, response) => connection.serve(request, response, false));
  server.on('checkContinue', (request, response) => connection.serve(request, response, true));
  server.on('connection', (socket) => {
    connection.unused.add(socket);
    socket.once('close', () => connection.unused.delete(socket));
  });
  if (options.tls) {
    const timeoutMs = limits.headersTimeoutMs;
    serveTlsToo(server, { identity: options.tls, timeoutMs, silent: connection.unused });
  }
  answerTunnels(server);
  const authority = `${reachableHost(address)}:${port}`;
  let closed: Promise<void> | undefined;
  return {
    host: address,
    port,
    url: `http://${authority}`,
    secureUrl: options.tls && `https://${authority}`,
    close() {
      closed ??= new Promise((resolve) => {
        connection.closing = true;
        connection.streams.close();
        const timers = options.timers ?? systemTimers;
        const grace = timers.after(limits.closeGraceMs, () => server.closeAllConnections());
        server.close(() => {
          grace.cancel();
          resolve();
        });
        for (const socket of connection.unused) socket.destroy();
      });
      return closed;
    },
  };
}

/** A tunnel is nothing we have, and Node would hang up without a word. */
function answerTunnels(server: Server): void {
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
}

const isWildcard = (address: string) => address === '0.0.0.0' || address === '::';

/** The host of a URL by which this machine's own clients reach the address: no client can connect to a wildcard. */
function reachableHost(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}

/** A longer text is made bytes first: Node would put it behind the head of the reply, and so copy it once more than bytes. */
const MAX_JOINED_CHARS = 64 * 1024;

class RequestServer {
  closing = false;
  /** Connections that have brought no request yet, which Node does not count as idle. */
  readonly unused = new Set<IncomingMessage['socket']>();
  readonly streams = new StreamedReplies();
  readonly #options: ServerOptions;
  readonly #limits: ServerLimits;
  readonly #hosts: HostPolicy;
  readonly #room: BodyRoom;

  constructor(options: ServerOptions, limits: ServerLimits, hosts: HostPolicy) {
    this.#options = options;
    this.#limits = limits;
    this.#hosts = hosts;
    this.#room = new BodyRoom(limits.allBodiesBytes);
  }

  /** @param waiting whether the client waits for `100 Continue` before it sends the body */
  serve(request: IncomingMessage, response: ServerResponse, waiting: boolean): void {
    this.unused.delete(request.socket);
    this.#answer(request, response, waiting).catch((failure: unknown) => {
      this.#options.report?.(failure);
      response.destroy();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse, waiting: boolean): Promise<void> {
    const [head, refusal] = this.#readHead(request);
    if (waiting && refusal) return this.#refuse(response, refusal, head);
    if (waiting) response.writeContinue();
    const collector = new BodyCollector(request, this.#limits.bodyBytes, this.#room);
    try {
      const body = await collector.collect();
      if (body.outcome === 'aborted') return;
      if (refusal) return this.#refuse(response, refusal, head);
      if (body.outcome === 'too-large') return this.#refuse(response, this.#tooLarge(), head);
      if (body.outcome === 'no-room') return this.#refuse(response, noRoom(), head);
      await this.#handle({ ...head, body: body.bytes }, response);
    } finally {
      collector.release();
    }
  }

  async #handle(request: HttpRequest, response: ServerResponse): Promise<void> {
    const { handle, report } = this.#options;
    try {
      await this.#send(response, await handle(request), false);
    } catch (failure) {
      report?.(failure);
      if (response.headersSent) response.destroy();
      else await this.#refuse(response, internalFailure(), request);
    }
  }

  #readHead(request: IncomingMessage): [RequestHead, AwsError | undefined] {
    const { rawHeaders, socket } = request;
    const url = request.url ?? '';
    const question = url.indexOf('?');
    // Without a prototype, no header name can find `constructor` or set `__proto__`.
    const headers: Record<string, string> = Object.create(null);
    const repeated = readHeaders(rawHeaders, headers);
    const head: RequestHead = {
      method: request.method ?? '',
      path: question < 0 ? url : url.slice(0, question),
      query: question < 0 ? '' : url.slice(question + 1),
      headers,
      remoteAddress: plainAddress(socket.remoteAddress),
      secureTransport: isSecure(socket),
    };
    if (repeated) return [head, badRequest(`The request has more than one ${repeated} header.`)];
    if (!url.startsWith('/')) return [head, badRequest('The request target must be a path.')];
    if (Number(headers['content-length'] ?? 0) > this.#limits.bodyBytes) return [head, this.#tooLarge()];
    return [head, this.#hosts.check(headers, socket.localAddress)];
  }

  #tooLarge(): AwsError {
    const limit = this.#limits.bodyBytes;
    return new AwsError('RequestEntityTooLarge', `The request body is larger than ${limit} bytes.`, 413);
  }

  #refuse(response: ServerResponse, error: AwsError, head: RequestHead): Promise<void> {
    return this.#send(response, this.#options.refuse(error, head), true);
  }

  async #send(response: ServerResponse, { status, headers, body }: HttpReply, last: boolean): Promise<void> {
    const closes = last || this.closing ? { connection: 'close' } : {};
    if (typeof body === 'function') {
      response.writeHead(status, { ...headers, connection: 'close' });
      response.flushHeaders();
      return this.streams.send(response, body);
    }
    const content = typeof body === 'string' && body.length > MAX_JOINED_CHARS ? Buffer.from(body) : body;
    const length = Buffer.byteLength(content);
    response.writeHead(status, { ...headers, 'content-length': length, ...closes });
    // As many bytes as characters are ASCII, which Node writes faster where it is called Latin-1: it counts nothing then.
    response.end(content, length === content.length ? 'latin1' : 'utf8');
  }
}

/** Fills `headers`, lower-case names, repeated ones joined by commas; returns the name of one that must be single. */
function readHeaders(raw: readonly string[], headers: Record<string, string>): string | undefined {
  let repeated: string | undefined;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    const earlier = headers[name];
    if (earlier === undefined) headers[name] = value;
    else if (SINGLE_HEADERS.has(name)) repeated = name;
    else headers[name] = `${earlier},${value}`;
  }
  return repeated;
}

function badRequest(message: string): AwsError {
  return new AwsError('BadRequest', message, 400);
}

/** SDKs wait a moment and try again on a 503. */
function noRoom(): AwsError {
  const message = 'The server holds as many request bodies as it can. Please reduce your request rate.';
  return new AwsError('ServiceUnavailable', message, 503);
}

function internalFailure(): AwsError {
  return new AwsError(
    'InternalFailure',
    'The request processing has failed because of an unknown error, exception or failure.',
    500,
  );
}
