/** The same calls to Latchkey and to moto (`python3 -m moto.server`) where the machine has it: a connection for each. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from './load.ts';
import { ended, withCpu } from './process.ts';

const CONNECTIONS = 4;
const MEASURE_MS = 1500;
const PORT = 47_114;

export interface Endpoint {
  readonly url: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The bytes of each call, signed for the server at `endpoint`, which is given what they need first. */
export type CallsFor = (endpoint: Endpoint) => Promise<readonly (readonly [string, Buffer])[]>;

export async function besideMoto(
  server: ChildProcess,
  own: readonly (readonly [string, Buffer])[],
  port: number,
  callsFor: CallsFor,
): Promise<void> {
  try {
    execFileSync('python3', ['-c', 'import moto.server'], { stdio: 'ignore' });
  } catch {
    console.log('without moto: python3 -m moto.server is not on this machine');
    return;
  }
  const moto = spawn('python3', ['-m', 'moto.server', '-p', String(PORT)], { stdio: 'ignore' });
  try {
    const url = `http://127.0.0.1:${PORT}`;
    await answering(url);
    const theirs = new Map(
      await callsFor({ url, credentials: { accessKeyId: 'AKIABENCH', secretAccessKey: 'x' } }),
    );
    console.log(`a connection for each call, ${CONNECTIONS} at one time:`);
    for (const [name, request] of own) {
      const [ours, ourCpu] = await withCpu(server, () => measured(port, request));
      const [moto_, motoCpu] = await withCpu(moto, () => measured(PORT, theirs.get(name) as Buffer));
      const times = (ours.perSecond / moto_.perSecond).toFixed(1);
      console.log(
        `${name.padEnd(24)}${side('latchkey', ours, ourCpu)}   ${side('moto', moto_, motoCpu)}   x${times}`,
      );
    }
  } finally {
    await ended(moto);
  }
}

const measured = (port: number, request: Buffer) =>
  load(port, request, CONNECTIONS, MEASURE_MS, { isConnectionEach: true });

type Measured = Awaited<ReturnType<typeof measured>>;

function side(name: string, { perSecond, p50Ms, p99Ms, count }: Measured, cpu: number): string {
  const cells = [`${perSecond.toFixed(0)}/s`, `${(cpu / count).toFixed(0)} us`, `p50 ${p50Ms.toFixed(1)}`];
  return `${name} ${cells.join(', ')}, p99 ${p99Ms.toFixed(1)} ms`;
}

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await sleep(100);
  }
  throw new Error('moto does not answer');
}
