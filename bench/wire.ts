/**
 * Signed KMS and EC2 calls over the wire, beside a bare node:http server that reads and writes as many bytes, in the
 * same run. Both servers are processes of their own; the load comes from this one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import type { AccountAnswer } from '../src/cli/client-environment.ts';
import { ask } from '../src/cli/server-connection.ts';
import { runningServers } from '../src/platform/node/running-server.ts';
import type { Figure } from './figures.ts';
import { load } from './load.ts';

const CONNECTIONS = [1, 16];
const MEASURE_MS = 2000;
/** A server is compiled as it runs: both are measured warm. */
const WARM_UP_MS = 4000;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().split('\n')[0] as string));
  });
}

interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** The bytes that a client sends, signed, without sending them: it is handed the transport. */
async function signed(
  send: (transport: { handle(request: unknown): never }) => Promise<unknown>,
): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  const caught = new Error('caught');
  const handle = (sent: unknown): never => {
    const { method, path, headers, body } = sent as SignedRequest;
    const content = Buffer.from(body ?? '');
    const lines = Object.entries({ ...headers, 'content-length': String(content.length) });
    const head = [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)];
    bytes = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), content]);
    throw caught;
  };
  await send({ handle }).catch((error: unknown) => {
    if (error !== caught) throw error;
  });
  return bytes;
}

/** The figures are those at the most connections, where a sync is shared. */
export async function wireBench(): Promise<Figure[]> {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  const server = spawn(
    process.execPath,
    [here('../bin/latchkey.js'), 'start', '--port', '0', '--data', data, '--delays', '0', '--log', 'off'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const bare = spawn(process.execPath, [here('./bare-server.ts'), '420'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [, barePort] = await Promise.all([firstLine(server), firstLine(bare).then(Number)]);
    const connection = runningServers().find(({ pid }) => pid === server.pid);
    if (!connection) throw new Error('the server that was started has not announced itself');
    const { url } = connection;
    const account = await ask<AccountAnswer>(connection, 'account');
    const options = { endpoint: url, region: account.region, credentials: account, maxAttempts: 1 };
    const kms = new KMSClient(options);
    const ec2 = new EC2Client(options);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId as string;
    const EncryptionContext = { purpose: 'bench' };
    const Plaintext = Buffer.alloc(64, 7);
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
    await ec2.send(new RunInstancesCommand({ ImageId: await anImage(ec2), MinCount: 1, MaxCount: 1 }));
    const encrypt = new EncryptCommand({ KeyId, Plaintext, EncryptionContext });
    const decrypt = new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext });
    const dataKey = new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext });
    const cases: [string, Buffer][] = [
      [
        'KMS Encrypt',
        await signed((requestHandler) => new KMSClient({ ...options, requestHandler }).send(encrypt)),
      ],
      [
        'KMS Decrypt',
        await signed((requestHandler) => new KMSClient({ ...options, requestHandler }).send(decrypt)),
      ],
      [
        'KMS GenerateDataKey',
        await signed((requestHandler) => new KMSClient({ ...options, requestHandler }).send(dataKey)),
      ],
      [
        'EC2 DescribeInstances',
        await signed((requestHandler) =>
          new EC2Client({ ...options, requestHandler }).send(new DescribeInstancesCommand({})),
        ),
      ],
    ];
    const port = Number(new URL(url).port);
    console.log(`memory at rest             ${residentMiB(server)} MiB`);
    const titles = [
      '',
      'conns',
      'latchkey/s',
      'bare/s',
      'ratio',
      'cpu us',
      'bare us',
      'ratio',
      'p50 ms',
      'p99 ms',
    ];
    const figures: Figure[] = [];
    console.log(titles.map((title, index) => title.padStart(index === 0 ? 22 : 10)).join(''));
    for (const [name, request] of cases) {
      for (const connections of CONNECTIONS) {
        await load(port, request, connections, WARM_UP_MS);
        await load(barePort, request, connections, WARM_UP_MS);
        const [bareLoad, bareCpu] = await withCpu(bare, () =>
          load(barePort, request, connections, MEASURE_MS),
        );
        const [ours, ourCpu] = await withCpu(server, () => load(port, request, connections, MEASURE_MS));
        const columns = [
          name.padEnd(22),
          connections,
          ours.perSecond.toFixed(0),
          bareLoad.perSecond.toFixed(0),
          (ours.perSecond / bareLoad.perSecond).toFixed(2),
          (ourCpu / ours.count).toFixed(0),
          (bareCpu / bareLoad.count).toFixed(0),
          (bareCpu / bareLoad.count / (ourCpu / ours.count)).toFixed(2),
          ours.p50Ms.toFixed(2),
          ours.p99Ms.toFixed(2),
        ];
        console.log(columns.map((column) => String(column).padStart(10)).join(''));
        if (connections === CONNECTIONS.at(-1)) {
          figures.push({ name, times: ourCpu / ours.count / (bareCpu / bareLoad.count) });
        }
      }
    }
    console.log(`memory after the load      ${residentMiB(server)} MiB`);
    return figures;
  } finally {
    server.kill();
    bare.kill();
    await new Promise((resolve) => server.once('exit', resolve));
    rmSync(data, { recursive: true, force: true });
  }
}

async function anImage(ec2: EC2Client): Promise<string> {
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  return Images?.[0]?.ImageId as string;
}

/** Runs `work`, and tells the processor time that `child` spent meanwhile, in microseconds. */
async function withCpu<T>(child: ChildProcess, work: () => Promise<T>): Promise<[T, number]> {
  const before = cpuMicroseconds(child);
  const result = await work();
  return [result, cpuMicroseconds(child) - before];
}

function cpuMicroseconds(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const TICK_MICROSECONDS = 10_000;
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}

function residentMiB(child: ChildProcess): string {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024).toFixed(0);
}
