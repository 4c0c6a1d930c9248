/** A load generator that costs next to nothing: the same signed bytes over raw sockets, one request at a time on each. */
import { connect, type Socket } from 'node:net';

export interface Load {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends `request` again and again on `connections` sockets for `durationMs`. Any answer but 200 fails the run. */
export async function load(
  port: number,
  request: Buffer,
  connections: number,
  durationMs: number,
): Promise<Load> {
  const latencies: number[] = [];
  const startedMs = performance.now();
  const untilMs = startedMs + durationMs;
  await Promise.all(
    Array.from({ length: connections }, () => hammer(port, request, untilMs, (ms) => latencies.push(ms))),
  );
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
    let sentMs = 0;
    let received = '';
    const send = () => {
      sentMs = performance.now();
      socket.write(request);
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1]);
      if (received.length < headEnd + 4 + length) return;
      if (!received.startsWith('HTTP/1.1 200')) {
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
