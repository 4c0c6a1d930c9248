/**
 * Signed KMS and EC2 calls over the wire, beside a bare node:http server that reads and writes as many bytes, in the
 * same run. Both servers are processes of their own; the load comes from this one.
 */
import { spawn } from 'node:child_process';
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
import { load } from './load.ts';
import { besideMoto, type Endpoint } from './moto.ts';
import { firstLine, residentMiB, withCpu } from './process.ts';
import { signedRequest } from './signed-request.ts';

const CONNECTIONS = [1, 16];
const MEASURE_MS = 2000;
/** A server is compiled as it runs: both are measured warm. */
const WARM_UP_MS = 4000;
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
          figures.push({
            name,
            yardstick: 'a bare node:http server',
            times: ourCpu / ours.count / (bareCpu / bareLoad.count),
          });
        }
      }
    }
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
