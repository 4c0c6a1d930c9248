/**
 * Signed KMS and EC2 calls over the wire, beside a bare node:http server that reads and writes as many bytes, in the
 * same run. Both servers are processes of their own; the load comes from this one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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
import { type Load, load } from './load.ts';
import { besideMoto, type Endpoint } from './moto.ts';
import { firstLine, median, residentMiB, withCpu } from './process.ts';
import { signedRequest } from './signed-request.ts';

const CONNECTIONS = [1, 16];
/** A server is compiled as it runs, for all calls together: it is warm for none before it is for the others. */
const WARM_UP_MS = 1500;
/** All calls are measured in turn, so that what else the machine does meets each alike; Linux counts in steps of 10 ms. */
const ROUNDS = 6;
const ROUND_MS = 600;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

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
    const cases = await callsFor({ url, credentials: account });
    const port = Number(new URL(url).port);
    console.log(`memory at rest             ${residentMiB(server).toFixed(0)} MiB`);
    console.log(' '.repeat(22) + TITLES.map((title) => title.padStart(10)).join(''));
    const measured = await measure({ server, port }, { server: bare, port: barePort }, cases);
    const figures = measured.flatMap(printed);
    console.log(`memory after the load      ${residentMiB(server).toFixed(0)} MiB`);
    await besideMoto(server, cases, port, callsFor);
    return figures;
  } finally {
    server.kill();
    bare.kill();
    await new Promise((resolve) => server.once('exit', resolve));
    rmSync(data, { recursive: true, force: true });
  }
}

interface Measured {
  readonly name: string;
  readonly connections: number;
  /** Of each round. */
  readonly ours: Round[];
  readonly bares: Round[];
}

interface Round extends Load {
  /** Processor time of a call, in microseconds. */
  readonly cpu: number;
}

interface Loaded {
  readonly server: ChildProcess;
  readonly port: number;
}

async function round({ server, port }: Loaded, request: Buffer, connections: number): Promise<Round> {
  const [loaded, cpu] = await withCpu(server, () => load(port, request, connections, ROUND_MS));
  return { ...loaded, cpu: cpu / loaded.count };
}

async function measure(
  latchkey: Loaded,
  bare: Loaded,
  cases: readonly (readonly [string, Buffer])[],
): Promise<Measured[]> {
  const all = cases.flatMap(([name, request]) =>
    CONNECTIONS.map((connections) => ({
      name,
      request,
      connections,
      ours: [] as Round[],
      bares: [] as Round[],
    })),
  );
  for (const { port } of [latchkey, bare]) {
    for (const { request, connections } of all) await load(port, request, connections, WARM_UP_MS);
  }
  for (let done = 0; done < ROUNDS; done++) {
    for (const { request, connections, ours, bares } of all) {
      bares.push(await round(bare, request, connections));
      ours.push(await round(latchkey, request, connections));
    }
  }
  return all;
}

const TITLES = [
  'conns',
  'latchkey/s',
  'bare/s',
  'ratio',
  'cpu us',
  'least',
  'bare us',
  'ratio',
  'p50 ms',
  'p99 ms',
];

/** Medians of the rounds, and of processor time the least too, which a busy machine moves the least. */
function printed({ name, connections, ours, bares }: Measured): Figure[] {
  const of = (rounds: readonly Round[], figure: keyof Load | 'cpu') =>
    median(rounds.map((each) => each[figure]));
  const least = Math.min(...ours.map(({ cpu }) => cpu));
  const rates = [of(ours, 'perSecond'), of(bares, 'perSecond')] as const;
  const [cpu, bareCpu] = [of(ours, 'cpu'), of(bares, 'cpu')];
  const columns = [
    connections,
    rates[0].toFixed(0),
    rates[1].toFixed(0),
    (rates[0] / rates[1]).toFixed(2),
    cpu.toFixed(0),
    least.toFixed(0),
    bareCpu.toFixed(0),
    (bareCpu / cpu).toFixed(2),
    of(ours, 'p50Ms').toFixed(2),
    of(ours, 'p99Ms').toFixed(2),
  ];
  console.log(name.padEnd(22) + columns.map((column) => String(column).padStart(10)).join(''));
  if (connections !== CONNECTIONS.at(-1)) return [];
  return [{ name, yardstick: 'a bare node:http server', times: cpu / bareCpu }];
}

/** What the calls need is made first: a key, and one instance. */
async function callsFor({ url, credentials }: Endpoint): Promise<[string, Buffer][]> {
  const options = { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 };
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
  type Transport = Parameters<Parameters<typeof signedRequest>[0]>[0];
  const ofKms = (requestHandler: Transport) => new KMSClient({ ...options, requestHandler });
  const ofEc2 = (requestHandler: Transport) => new EC2Client({ ...options, requestHandler });
  return [
    ['KMS Encrypt', await signedRequest((transport) => ofKms(transport).send(encrypt))],
    ['KMS Decrypt', await signedRequest((transport) => ofKms(transport).send(decrypt))],
    ['KMS GenerateDataKey', await signedRequest((transport) => ofKms(transport).send(dataKey))],
    [
      'EC2 DescribeInstances',
      await signedRequest((transport) => ofEc2(transport).send(new DescribeInstancesCommand({}))),
    ],
  ];
}

async function anImage(ec2: EC2Client): Promise<string> {
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  return Images?.[0]?.ImageId as string;
}
