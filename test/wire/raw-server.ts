/** The server of the wire by itself, and clients that write bytes. */
import { connect, type Socket } from 'node:net';
import { type RunningServer, type ServerOptions, startServer } from '../../src/wire/server.ts';

const running: RunningServer[] = [];

/** After each test of a file that starts servers. */
export const stopAll = () => Promise.all(running.splice(0).map((server) => server.close()));

/** With small limits. */
export const start = (changes: Partial<ServerOptions> = {}): Promise<RunningServer> =>
  startAsShipped({ ...changes, limits: { bodyBytes: 1000, closeGraceMs: 300, ...changes.limits } });

/** With the limits that it has where nobody sets them. */
export async function startAsShipped(changes: Partial<ServerOptions>): Promise<RunningServer> {
  const server = await startServer({
    port: 0,
    handle: async (request) => ({
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: `${request.method} ${request.path} ?${request.query} ${request.body.length}`,
    }),
    refuse: (error, head) => ({
      status: error.status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: error.code, message: error.message, path: head.path }),
    }),
    ...changes,
  });
  running.push(server);
  return server;
}

/** Writes bytes on a socket of its own and gathers what comes back until the server closes it. */
export function exchange(port: number, ...writes: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.setTimeout(30_000, () => {
      received += '[still open after 30 s]';
      socket.destroy();
    });
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    // A server may hang up on garbage while it is still being written.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    for (const bytes of writes) socket.write(bytes);
  });
}

export function opened(port: number): Promise<{ socket: Socket; next: () => Promise<string> }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () =>
      resolve({
        socket,
        next: () => new Promise((got) => socket.once('data', (data) => got(data.toString()))),
      }),
    );
    socket.on('error', () => undefined);
  });
}

export const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
export const post = (port: number, body: string, extra = '') =>
  `POST / HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${extra}\r\n${body}`;
