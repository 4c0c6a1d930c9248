/** A load generator that costs next to nothing: the same signed bytes over raw sockets, one request at a time on each. */
import { connect, type Socket } from 'node:net';

export interface Load {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface LoadOptions {
  /** Whether each request is sent on a socket of its own. */
  readonly isConnectionEach?: boolean;
}

/** Sends `request` again and again on `connections` sockets for `durationMs`. Any answer but 200 fails the run. */
export async function load(
  port: number,
  request: Buffer,
  connections: number,
  durationMs: number,
  { isConnectionEach = false }: LoadOptions = {},
): Promise<Load> {
  const latencies: number[] = [];
  const startedMs = performance.now();
  const untilMs = startedMs + durationMs;
  const done = (ms: number) => latencies.push(ms);
  const client = async () => {
    if (!isConnectionEach) return hammer(port, request, untilMs, done);
    while (performance.now() < untilMs) await hammer(port, request, 0, done);
  };
  await Promise.all(Array.from({ length: connections }, client));
  const elapsedMs = performance.now() - startedMs;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return {
    count: latencies.length,
    perSecond: (latencies.length / elapsedMs) * 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

function hammer(
  port: number,
  request: Buffer,
  untilMs: number,
  done: (latencyMs: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let sentMs = performance.now();
    let received = '';
    const send = () => {
      sentMs = performance.now();
      socket.write(request);
    };
    // The first of a socket counts from when it is opened.
    socket.on('connect', () => socket.write(request));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1]);
      if (received.length < headEnd + 4 + length) return;
      if (!/^HTTP\/1\.[01] 200/.test(received)) {
        socket.destroy();
        return reject(new Error(received.slice(0, 600)));
      }
      received = '';
      const nowMs = performance.now();
      done(nowMs - sentMs);
      if (nowMs < untilMs) return send();
      socket.end();
      resolve();
    });
  });
}
