/**
 * An encrypted volume over NBD, beside the same volume in plain, nbdkit and qemu-nbd with LUKS, and the cipher beside
 * `openssl speed`, all in one run on the same machine. Every server is driven by the same fio, and keeps its bytes in
 * memory where the machine has a file system there, as nbdkit does: the disk is not what is compared.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { WorkerBlockHost } from '../src/dataplane/block-host.ts';
import { createBlockHost } from '../src/dataplane/create-block-host.ts';
import { XtsCipher, XtsWorkspace } from '../src/dataplane/xts/xts.ts';
import { systemEntropy } from '../src/platform/node/index.ts';

const execute = promisify(execFile);

/** Linux's file system in memory. */
const MEMORY = '/dev/shm';

const SIZE_MIB = 256;
const ROUNDS = 3;
const SECONDS = 1;
const PASSPHRASE = 'bench';

/** A server under load, or why it is not here. */
interface Peer {
  name: string;
  nbdUri?: string;
  missing?: string;
  stop(): Promise<void>;
}

interface Workload {
  name: string;
  options: readonly string[];
  unit: 'IOPS' | 'MB/s';
}

const workload = (unit: Workload['unit'], bs: string, depth: number, rw: string): Workload => ({
  name: `${bs.padStart(4)} ${rw.padEnd(9)} depth ${String(depth).padStart(2)}`,
  options: [`--bs=${bs}`, `--iodepth=${depth}`, `--rw=${rw}`],
  unit,
});

const WORKLOADS: readonly Workload[] = [
  ...[1, 32].flatMap((depth) => ['randread', 'randwrite'].map((rw) => workload('IOPS', '4k', depth, rw))),
  ...['64k', '1m'].flatMap((bs) => ['read', 'write'].map((rw) => workload('MB/s', bs, 4, rw))),
];

const isInstalled = (tool: string): boolean => {
  try {
    execFileSync('which', [tool], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const absent = (name: string, missing: string): Peer => ({ name, missing, stop: async () => {} });

function until(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

async function startProcess(
  name: string,
  socket: string,
  tool: string,
  args: readonly string[],
): Promise<Peer> {
  const child = spawn(tool, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (bytes) => {
    complaint += bytes;
  });
  for (let tries = 0; !existsSync(socket); tries++) {
    if (child.exitCode !== null || tries > 200) {
      if (child.exitCode === null) await until(child, 'SIGTERM');
      return absent(name, complaint.trim().split('\n')[0] ?? 'it did not start');
    }
    await sleep(25);
  }
  return { name, nbdUri: `nbd+unix:///?socket=${socket}`, stop: () => until(child, 'SIGTERM') };
}

async function luksImage(directory: string, name: string): Promise<string> {
  const path = join(directory, `${name}.luks`);
  const secret = `secret,id=key,data=${PASSPHRASE}`;
  const options = 'key-secret=key,iter-time=10';
  await execute('qemu-img', [
    'create',
    '-q',
    '--object',
    secret,
    '-f',
    'luks',
    '-o',
    options,
    path,
    `${SIZE_MIB}M`,
  ]);
  return path;
}

async function nbdkitPeer(directory: string): Promise<Peer> {
  const name = 'nbdkit luks';
  const lacking = ['nbdkit', 'qemu-img'].filter((tool) => !isInstalled(tool));
  if (lacking.length > 0) return absent(name, `not installed: ${lacking.join(', ')}`);
  const image = await luksImage(directory, 'nbdkit');
  const socket = join(directory, 'nbdkit.sock');
  // The data plugin is the memory plugin with something in it: here the header of the image.
  const content = ['data', `data= <${image} `, `passphrase=${PASSPHRASE}`];
  return startProcess(name, socket, 'nbdkit', ['-f', '-U', socket, '--filter=luks', ...content]);
}

async function qemuPeer(directory: string): Promise<Peer> {
  const name = 'qemu-nbd luks';
  const lacking = ['qemu-nbd', 'qemu-img'].filter((tool) => !isInstalled(tool));
  if (lacking.length > 0) return absent(name, `not installed: ${lacking.join(', ')}`);
  const image = await luksImage(directory, 'qemu');
  const socket = join(directory, 'qemu.sock');
  const secret = ['--object', `secret,id=key,data=${PASSPHRASE}`];
  const options = ['--image-opts', `driver=luks,key-secret=key,file.driver=file,file.filename=${image}`];
  return startProcess(name, socket, 'qemu-nbd', [
    '-k',
    socket,
    '--persistent',
    '-e',
    '8',
    ...secret,
    ...options,
  ]);
}

async function ownPeers(host: WorkerBlockHost): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const [volumeId, key] of [
    ['vol-encrypted', randomBytes(64)],
    ['vol-plain', undefined],
  ] as const) {
    await host.createVolume({ volumeId, sizeBytes: SIZE_MIB * 1024 * 1024, encrypted: key !== undefined });
    const { nbdUri } = await host.attach(volumeId, key);
    const name = key === undefined ? 'in plain' : 'encrypted';
    peers.push({ name, nbdUri, stop: () => host.detach(volumeId) });
  }
  return peers;
}

async function fio(
  nbdUri: string,
  options: readonly string[],
): Promise<{ iops: number; bytesPerSecond: number }> {
  const common = [
    '--name=bench',
    '--ioengine=nbd',
    `--uri=${nbdUri}`,
    `--size=${SIZE_MIB}m`,
    '--output-format=json',
  ];
  const { stdout } = await execute('fio', [...common, ...options], { maxBuffer: 2 ** 24 });
  const job = JSON.parse(stdout.slice(stdout.indexOf('{'))).jobs[0];
  const { iops, bw_bytes } = job.read.io_bytes > 0 ? job.read : job.write;
  return { iops, bytesPerSecond: bw_bytes };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function compareServers(peers: readonly Peer[]): Promise<void> {
  for (const { nbdUri } of peers) {
    if (nbdUri !== undefined) await fio(nbdUri, ['--rw=write', '--bs=1m', '--iodepth=4']);
  }
  console.log(`${' '.repeat(24)}${peers.map(({ name }) => name.padStart(15)).join('')}`);
  for (const { name, options, unit } of WORKLOADS) {
    const figures = peers.map(() => [] as number[]);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, { nbdUri }] of peers.entries()) {
        if (nbdUri === undefined) continue;
        const timed = ['--time_based', `--runtime=${SECONDS}`, '--randrepeat=0', ...options];
        const { iops, bytesPerSecond } = await fio(nbdUri, timed);
        figures[index]?.push(unit === 'IOPS' ? iops : bytesPerSecond / 1e6);
      }
    }
    const [own = 0, ...others] = figures.map(median);
    const ratios = others.map((figure) =>
      figure === 0 ? '-' : `${figure.toFixed(0)} (x${(own / figure).toFixed(2)})`,
    );
    console.log(
      `${name.padEnd(24)}${[own.toFixed(0), ...ratios].map((text) => text.padStart(15)).join('')} ${unit}`,
    );
  }
}

/** Bytes per second of one thread that encrypts runs of `bytes`. */
function ownCipherRate(bytes: number): number {
  const workspace = new XtsWorkspace(4096);
  const cipher = new XtsCipher(randomBytes(64), workspace);
  const units = bytes / 4096;
  const untilMs = performance.now() + 1000 * SECONDS;
  const startMs = performance.now();
  let done = 0;
  while (performance.now() < untilMs) {
    for (let turn = 0; turn < 16; turn++) {
      workspace.label(0, done, units);
      cipher.encrypt(units);
      done += units;
    }
  }
  cipher.wipe();
  return (done * 4096) / ((performance.now() - startMs) / 1000);
}

async function opensslRate(bytes: number): Promise<number> {
  // By the clock on the wall, as ours: by default it counts processor time only.
  const options = ['-elapsed', '-seconds', String(SECONDS), '-bytes', String(bytes), '-evp', 'aes-256-xts'];
  const { stdout } = await execute('openssl', ['speed', ...options]);
  const line = stdout.split('\n').find((text) => /^AES-256-XTS/i.test(text)) ?? '';
  return 1000 * Number(/([\d.]+)k/.exec(line)?.[1]);
}

async function compareCiphers(): Promise<void> {
  if (!isInstalled('openssl')) {
    console.log('openssl speed: not installed');
    return;
  }
  for (const bytes of [4096, 16_384, 65_536]) {
    const own: number[] = [];
    const openssl: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      own.push(ownCipherRate(bytes));
      openssl.push(await opensslRate(bytes));
    }
    const [ours, theirs] = [median(own), median(openssl)];
    const [oursText, theirsText] = [ours, theirs].map((rate) => `${(rate / 1e9).toFixed(2)} GB/s`);
    console.log(
      `AES-256-XTS, ${String(bytes).padStart(5)} bytes at once: ${oursText}, openssl speed ${theirsText} (x${(ours / theirs).toFixed(2)})`,
    );
  }
}

/** Prints rates, and in brackets how many times a peer's rate the encrypted volume has. */
export async function dataplaneBench(): Promise<void> {
  await compareCiphers();
  if (!isInstalled('fio')) {
    console.log('volumes over NBD: fio is not installed');
    return;
  }
  const directory = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'latchkey-bench-'));
  const host = await createBlockHost({ directory: join(directory, 'volumes'), entropy: systemEntropy() });
  const peers = [...(await ownPeers(host)), await nbdkitPeer(directory), await qemuPeer(directory)];
  try {
    for (const { name, missing } of peers)
      if (missing !== undefined) console.log(`without ${name}: ${missing}`);
    await compareServers(peers);
  } finally {
    for (const peer of peers) await peer.stop();
    await host.close();
    rmSync(directory, { recursive: true });
  }
}

if (import.meta.main) await dataplaneBench();
