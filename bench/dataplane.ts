/**
 * An encrypted volume over NBD beside nbdkit and qemu-nbd with LUKS, and several volumes at once, in one run on the same
 * machine. Every server is a process of its own, is driven by the same fio, and keeps its files in memory where the machine
 * has a file system there: the disk is not what is compared. nbdkit runs twice: with a file, as the others, and with bare
 * memory, which is gone when it ends.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cipherBench } from './cipher.ts';
import type { Figure } from './figures.ts';
import { ended, firstLine, isInstalled, median, withCpu } from './process.ts';

const execute = promisify(execFile);

/** Linux's file system in memory. */
const MEMORY = '/dev/shm';

const SIZE_MIB = 256;
const ROUNDS = 3;
const FIO_MS = 500;
const PASSPHRASE = 'bench';
const AT_ONCE = 4;
const SIZES = ['4k', '16k', '64k', '256k', '1m'];
const DEPTHS = [1, 32];

/** What the committed figures are multiples of: what has no file at all is the hardest to keep up with. */
const YARDSTICK = 'nbdkit luks, no file';

/** A server under load, or why it is not here. */
interface Peer {
  name: string;
  child?: ChildProcess;
  /** One for each of its volumes. */
  nbdUris: readonly string[];
  missing?: string;
}

interface Workload {
  name: string;
  options: readonly string[];
}

const workload = (bs: string, depth: number, rw: string): Workload => ({
  name: `${bs.padStart(4)} ${rw.padEnd(9)} depth ${String(depth).padStart(2)}`,
  options: [`--bs=${bs}`, `--iodepth=${depth}`, `--rw=${rw}`],
});

const WORKLOADS: readonly Workload[] = SIZES.flatMap((bs) =>
  DEPTHS.flatMap((depth) => ['randread', 'randwrite'].map((rw) => workload(bs, depth, rw))),
);

const absent = (name: string, missing: string): Peer => ({ name, missing, nbdUris: [] });

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
      await ended(child);
      return absent(name, complaint.trim().split('\n')[0] ?? 'it did not start');
    }
    await sleep(25);
  }
  return { name, child, nbdUris: [`nbd+unix:///?socket=${socket}`] };
}

/** QEMU times the derivation of the key first, and gives up where the machine is too busy for that. */
const TRIES = 20;

async function luksImage(directory: string, name: string): Promise<string> {
  const path = join(directory, `${name}.luks`);
  const secret = ['--object', `secret,id=key,data=${PASSPHRASE}`];
  const options = ['-f', 'luks', '-o', 'key-secret=key,iter-time=10'];
  for (let tries = 1; ; tries++) {
    try {
      await execute('qemu-img', ['create', '-q', ...secret, ...options, path, `${SIZE_MIB}M`]);
      return path;
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

/** Plugins of nbdkit, and what each makes of an image. */
const NBDKIT_PLUGINS = [
  { name: YARDSTICK, plugin: 'data', content: (image: string) => `data= <${image} ` },
  { name: 'nbdkit luks, a file', plugin: 'file', content: (image: string) => `file=${image}` },
];

const nbdkitPeer =
  ({ name, plugin, content }: (typeof NBDKIT_PLUGINS)[number]) =>
  async (directory: string) => {
    const lacking = ['nbdkit', 'qemu-img'].filter((tool) => !isInstalled(tool));
    if (lacking.length > 0) return absent(name, `not installed: ${lacking.join(', ')}`);
    const image = await luksImage(directory, plugin);
    const socket = join(directory, `${plugin}.sock`);
    const options = [plugin, content(image), `passphrase=${PASSPHRASE}`];
    return startProcess(name, socket, 'nbdkit', ['-f', '-U', socket, '--filter=luks', ...options]);
  };

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

async function ownPeer(directory: string): Promise<Peer> {
  const script = fileURLToPath(new URL('./volume-server.ts', import.meta.url));
  const args = [script, join(directory, 'volumes'), String(AT_ONCE), String(SIZE_MIB)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return { name: 'latchkey', child, nbdUris: (await firstLine(child)).split(' ') };
}

interface Measured {
  readonly bytes: number;
  readonly megabytesPerSecond: number;
  readonly p99Ms: number;
}

async function fio(nbdUri: string, options: readonly string[]): Promise<Measured> {
  const common = [
    '--name=bench',
    '--ioengine=nbd',
    `--uri=${nbdUri}`,
    `--size=${SIZE_MIB}m`,
    '--output-format=json',
  ];
  const { stdout } = await execute('fio', [...common, ...options], { maxBuffer: 2 ** 24 });
  const job = JSON.parse(stdout.slice(stdout.indexOf('{'))).jobs[0];
  const { io_bytes, bw_bytes, clat_ns } = job.read.io_bytes > 0 ? job.read : job.write;
  const p99Ms = clat_ns.percentile?.['99.000000'] / 1e6;
  return { bytes: io_bytes, megabytesPerSecond: bw_bytes / 1e6, p99Ms };
}

const timed = (options: readonly string[]) => [
  '--time_based',
  `--runtime=${FIO_MS}ms`,
  '--randrepeat=0',
  ...options,
];

interface Runs {
  readonly rates: number[];
  readonly p99s: number[];
  /** Processor time of the server, in microseconds a mebibyte. */
  readonly costs: number[];
}

/** The first peer is ours; the figures are its processor time in multiples of nbdkit's. */
async function compareServers(peers: readonly Peer[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  const yardstick = peers.findIndex(({ name }) => name === YARDSTICK);
  console.log(
    `${' '.repeat(24)}${peers.map(({ name }) => name.padStart(34)).join('')}   MB/s, p99, processor time a MiB`,
  );
  // A server is compiled as it runs, and is half as fast in its first half second.
  for (const { options } of WORKLOADS) await fio(peers[0]?.nbdUris[0] as string, timed(options));
  for (const { name, options } of WORKLOADS) {
    const runs = peers.map((): Runs => ({ rates: [], p99s: [], costs: [] }));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, { child, nbdUris }] of peers.entries()) {
        const [measured, cpu] = await withCpu(child!, () => fio(nbdUris[0] as string, timed(options)));
        runs[index]?.rates.push(measured.megabytesPerSecond);
        runs[index]?.p99s.push(measured.p99Ms);
        runs[index]?.costs.push(cpu / (measured.bytes / 2 ** 20));
      }
    }
    const own = median(runs[0]?.rates ?? []);
    const leastCosts = runs.map(({ costs }) => Math.min(...costs));
    const cells = runs.map(({ rates, p99s }, index) => {
      const times = index === 0 ? '' : ` (x${(own / median(rates)).toFixed(2)})`;
      return `${median(rates).toFixed(0)}${times}, ${median(p99s).toFixed(2)} ms, ${leastCosts[index]?.toFixed(0)} us`;
    });
    console.log(`${name.padEnd(24)}${cells.map((cell) => cell.padStart(34)).join('')}`);
    if (yardstick > 0) {
      const times = (leastCosts[0] as number) / (leastCosts[yardstick] as number);
      figures.push({ name: `volume: ${name.replaceAll(/ +/g, ' ').trim()}`, yardstick: YARDSTICK, times });
    }
  }
  return figures;
}

/** Volumes of one server, each with a client of its own. */
async function severalAtOnce({ nbdUris }: Peer): Promise<void> {
  for (const rw of ['randread', 'randwrite']) {
    const options = timed(['--bs=64k', '--iodepth=4', `--rw=${rw}`]);
    const alone = await fio(nbdUris[0] as string, options);
    const together = await Promise.all(nbdUris.map((uri) => fio(uri, options)));
    const total = together.reduce((sum, { megabytesPerSecond }) => sum + megabytesPerSecond, 0);
    const one = alone.megabytesPerSecond;
    console.log(
      ` 64k ${rw} depth 4: one volume ${one.toFixed(0)} MB/s, ${nbdUris.length} at once ${total.toFixed(0)} MB/s together (x${(total / one).toFixed(2)})`,
    );
  }
}

/** Prints figures, and in brackets how many times a peer's rate the encrypted volume has. */
export async function dataplaneBench(): Promise<Figure[]> {
  const ciphers = await cipherBench();
  if (!isInstalled('fio')) {
    console.log('volumes over NBD: fio is not installed');
    return ciphers;
  }
  const directory = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'latchkey-bench-'));
  const peers: Peer[] = [];
  try {
    const startPeers = [ownPeer, ...NBDKIT_PLUGINS.map(nbdkitPeer), qemuPeer];
    for (const startPeer of startPeers) {
      const peer = await startPeer(directory);
      if (peer.missing === undefined) peers.push(peer);
      else console.log(`without ${peer.name}: ${peer.missing}`);
    }
    for (const { nbdUris } of peers) {
      for (const uri of nbdUris) await fio(uri, ['--rw=write', '--bs=1m', '--iodepth=4']);
    }
    const volumes = await compareServers(peers);
    await severalAtOnce(peers[0] as Peer);
    return [...ciphers, ...volumes];
  } finally {
    for (const { child } of peers) await ended(child!);
    rmSync(directory, { recursive: true, force: true });
  }
}
