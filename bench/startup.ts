/**
 * From the start of the process to the first answer, of the package as it is installed and of the sources as they are, beside
 * an empty Node process; and of the package where there are many volumes and running instances.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startLatchkey } from '../src/assemble.ts';
import type { Latchkey } from '../src/latchkey.ts';
import { buildPackage } from '../tools/build.ts';
import type { Figure } from './figures.ts';
import { operationOf } from './front-door.ts';
import { cpuMicroseconds, ended, firstLine, mean, median, residentMiB } from './process.ts';

const RUNS = 7;
const REST_MS = 1000;
const VOLUMES = 4000;
const INSTANCES = 1000;
const AT_ONCE = 50;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Start {
  readonly answeredMs: number;
  /** Until the answer; of an instance that is recovered, more follows. */
  readonly cpuMs: number;
  readonly residentMiB: number;
}

async function start(script: string, data: string): Promise<Start> {
  const begunMs = performance.now();
  const child = spawn(process.execPath, [script, 'start', '--port', '0', '--data', data, '--log', 'off'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = /http:\/\/[\d.]+:\d+/.exec(await firstLine(child))?.[0];
    await fetch(`${url}/_latchkey/health`).then((response) => response.text());
    const answeredMs = performance.now() - begunMs;
    const cpuMs = cpuMicroseconds(child) / 1000;
    await sleep(REST_MS);
    return { answeredMs, cpuMs, residentMiB: residentMiB(child) };
  } finally {
    await ended(child);
  }
}

type Bare = Pick<Start, 'answeredMs' | 'cpuMs'>;

const BARE = `
  process.stdout.write('up\\n');
  setInterval(() => {}, 1e6);
`;

async function bare(directory: string): Promise<Bare> {
  const script = join(directory, 'bare.mjs');
  writeFileSync(script, BARE);
  const runs: Bare[] = [];
  for (let run = 0; run < RUNS; run++) {
    const begunMs = performance.now();
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await firstLine(child);
    runs.push({ answeredMs: performance.now() - begunMs, cpuMs: cpuMicroseconds(child) / 1000 });
    await ended(child);
  }
  return {
    answeredMs: median(runs.map(({ answeredMs }) => answeredMs)),
    cpuMs: mean(runs.map(({ cpuMs }) => cpuMs)),
  };
}

async function measure(name: string, script: string, data: string, empty: Bare): Promise<Figure> {
  const runs: Start[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await start(script, data));
  const of = (figure: keyof Start) => runs.map((each) => each[figure]);
  const answered = `first answer after ${median(of('answeredMs')).toFixed(0)} ms (least ${Math.min(...of('answeredMs')).toFixed(0)}, x${(median(of('answeredMs')) / empty.answeredMs).toFixed(1)})`;
  // Linux counts in steps of 10 ms, which the mean of some runs divides.
  const cpuMs = mean(of('cpuMs'));
  const times = cpuMs / empty.cpuMs;
  const cost = `${cpuMs.toFixed(0)} ms of processor time (x${times.toFixed(1)}), ${Math.min(...of('residentMiB')).toFixed(0)} MiB`;
  console.log(`${name.padEnd(40)} ${answered}, ${cost}`);
  return { name: `start of ${name}`, yardstick: 'an empty Node process', times };
}

/** As `npm install` leaves it. */
async function installPackage(directory: string): Promise<string> {
  await buildPackage(join(directory, 'dist'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  mkdirSync(join(directory, 'bin'));
  cpSync(here('../bin/latchkey.js'), join(directory, 'bin', 'latchkey.js'));
  return join(directory, 'bin', 'latchkey.js');
}

async function filled(data: string, fill: (latchkey: Latchkey) => Promise<unknown>): Promise<string> {
  const latchkey = await startLatchkey({ data, delays: 0 });
  try {
    await fill(latchkey);
    await latchkey.runtime.workflows.settled();
  } finally {
    await latchkey.close();
  }
  return data;
}

async function runInstances(latchkey: Latchkey): Promise<void> {
  const ec2 = operationOf(latchkey, 'ec2');
  const { Images } = await ec2('DescribeImages')({ Owners: ['amazon'] });
  const { ImageId, RootDeviceName: DeviceName } = Images?.[0] ?? {};
  const BlockDeviceMappings = [{ DeviceName, Ebs: { Encrypted: true } }];
  for (let made = 0; made < INSTANCES; made += AT_ONCE) {
    await ec2('RunInstances')({ ImageId, MinCount: AT_ONCE, MaxCount: AT_ONCE, BlockDeviceMappings });
  }
}

async function createVolumes(latchkey: Latchkey): Promise<void> {
  const create = operationOf(latchkey, 'ec2')('CreateVolume');
  for (let made = 0; made < VOLUMES; made += AT_ONCE) {
    const one = () => create({ AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true });
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  }
}

export async function startupBench(): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-startup-'));
  try {
    const script = await installPackage(directory);
    const empty = await bare(directory);
    console.log(
      `an empty Node process: ${empty.answeredMs.toFixed(0)} ms, ${empty.cpuMs.toFixed(0)} ms of processor time`,
    );
    const data = join(directory, 'data');
    const figures = [
      await measure('the package', script, data, empty),
      await measure('the sources', here('../bin/latchkey.js'), data, empty),
    ];
    for (const [what, fill] of [
      [`${INSTANCES} running instances`, runInstances],
      [`${VOLUMES} encrypted volumes`, createVolumes],
    ] as const) {
      const full = await filled(join(directory, what), fill);
      figures.push(await measure(`the package, ${what}`, script, full, empty));
    }
    return figures;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
