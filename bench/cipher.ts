/** The volumes' cipher beside `openssl speed`, one thread each, by processor time: others on the machine count little. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { XtsCipher, XtsWorkspace } from '../src/dataplane/xts/xts.ts';
import type { Figure } from './figures.ts';
import { isInstalled, withOwnCpu } from './process.ts';

const execute = promisify(execFile);

const ROUNDS = 3;
const SECONDS = 1;

/** Bytes per second of processor time of runs of `bytes`, going on through a volume from unit to unit. */
async function ownRate(workspace: XtsWorkspace, cipher: XtsCipher, bytes: number): Promise<number> {
  const units = bytes / workspace.unitBytes;
  let done = 0;
  const cpuMicroseconds = await withOwnCpu(() => {
    const endMs = performance.now() + 1000 * SECONDS;
    while (performance.now() < endMs) {
      for (let turn = 0; turn < 16; turn++) {
        workspace.label(0, done, units);
        cipher.encrypt(units);
        done += units;
      }
    }
  });
  return (done * workspace.unitBytes) / (cpuMicroseconds / 1e6);
}

async function opensslRate(bytes: number): Promise<number> {
  const options = ['-seconds', String(SECONDS), '-bytes', String(bytes), '-evp', 'aes-256-xts'];
  const { stdout } = await execute('openssl', ['speed', ...options]);
  const line = stdout.split('\n').find((text) => /^AES-256-XTS/i.test(text)) ?? '';
  return 1000 * Number(/([\d.]+)k/.exec(line)?.[1]);
}

/** The figures are our processor time in multiples of OpenSSL's, each at its best of all rounds. */
export async function cipherBench(): Promise<Figure[]> {
  if (!isInstalled('openssl')) {
    console.log('openssl speed: not installed');
    return [];
  }
  // One for all, as a thread has one for all its volumes: each has WebAssembly of its own, slow until it is optimized.
  const workspace = new XtsWorkspace(4096);
  const cipher = new XtsCipher(randomBytes(64), workspace);
  await ownRate(workspace, cipher, 65_536);
  const figures: Figure[] = [];
  for (const bytes of [4096, 16_384, 65_536]) {
    let [ours, theirs] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      ours = Math.max(ours, await ownRate(workspace, cipher, bytes));
      theirs = Math.max(theirs, await opensslRate(bytes));
    }
    const [oursText, theirsText] = [ours, theirs].map((rate) => `${(rate / 1e9).toFixed(2)} GB/s`);
    console.log(
      `AES-256-XTS, ${String(bytes).padStart(5)} bytes at once: ${oursText}, openssl speed ${theirsText} (x${(ours / theirs).toFixed(2)})`,
    );
    const name = `cipher: ${bytes / 1024} KiB at once`;
    figures.push({ name, yardstick: 'openssl speed', times: theirs / ours });
  }
  cipher.wipe();
  return figures;
}
