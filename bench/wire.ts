/**
 * Signed KMS and EC2 calls over the wire, beside a bare node:http server that reads and writes as many bytes, in the
 * same run. Both servers are processes of their own; the load comes from this one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { type AccountAnswer, ask } from '../src/cli/server-connection.ts';
import { runningServers } from '../src/platform/node/running-server.ts';
import { load } from './load.ts';

const MEASURE_MS = 2000;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().split('\n')[0] as string));
  });
}

interface Captured {
  bytes: Buffer;
}

/** The bytes that a client would send for a command, signed, without sending them. */
async function signed(
  client: KMSClient | EC2Client,
  command: object,
): Promise<Buffer> {
  const captured: Captured = { bytes: Buffer.alloc(0) };
  const stop = new Error('captured');
  client.middlewareStack.addRelativeTo(
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's middleware types are those of its client
    (() => async ({ request }: any) => {
      const { method, path, headers, body } = request;
      const bytes = Buffer.from(body ?? '');
      const lines = Object.entries({ ...headers, 'content-length': String(bytes.length), connection: 'keep-alive' });
      const head = `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`;
      captured.bytes = Buffer.concat([Buffer.from(head), bytes]);
      throw stop;
      // biome-ignore lint/suspicious/noExplicitAny: as above
    }) as any,
    { relation: 'after', toMiddleware: 'awsAuthMiddleware' in client ? 'awsAuthMiddleware' : 'httpSigningMiddleware', name: 'capture', override: true },
  );
  // biome-ignore lint/suspicious/noExplicitAny: any command of the client
  await client.send(command as any).catch((error: unknown) => {
    if (error !== stop) throw error;
  });
  client.middlewareStack.remove('capture');
  return captured.bytes;
}

export async function wireBench(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  const startedMs = performance.now();
  const server = spawn(process.execPath, [here('../bin/latchkey.js'), 'start', '--port', '0', '--data', data, '--delays', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const bare = spawn(process.execPath, [here('./bare-server.ts'), '420'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line, barePort] = await Promise.all([firstLine(server), firstLine(bare).then(Number)]);
    const url = /http:\S+?(?=[.,]?( |$|\.$))/.exec(line)?.[0].replace(/\.$/, '') as string;
    const connection = runningServers().find((each) => each.url === url);
    if (!connection) throw new Error(`no server is announced at ${url}`);
    const account = await ask<AccountAnswer>(connection, 'account');
    const options = { endpoint: url, region: account.region, credentials: account, maxAttempts: 1 };
    const kms = new KMSClient(options);
    const ec2 = new EC2Client(options);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    console.log(`start-up to first answer   ${(performance.now() - startedMs).toFixed(0)} ms (with this run's own client)`);
    const KeyId = KeyMetadata?.KeyId as string;
    const EncryptionContext = { purpose: 'bench' };
    const Plaintext = Buffer.alloc(64, 7);
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
    await ec2.send(new RunInstancesCommand({ ImageId: await anImage(ec2), MinCount: 1, MaxCount: 1 }));
    const cases: [string, KMSClient | EC2Client, object][] = [
      ['KMS Encrypt', kms, new EncryptCommand({ KeyId, Plaintext, EncryptionContext })],
      ['KMS Decrypt', kms, new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext })],
      ['KMS GenerateDataKey', kms, new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext })],
      ['EC2 DescribeInstances', ec2, new DescribeInstancesCommand({})],
    ];
    const port = Number(new URL(url).port);
    console.log(`memory at rest             ${residentMiB(server)} MiB`);
    console.log('operation                 conns     latchkey/s      bare/s   ratio   p50 ms   p99 ms');
    for (const [name, client, command] of cases) {
      const request = await signed(client, command);
      for (const connections of [1, 16]) {
        await load(port, request, connections, 300);
        const bareLoad = await load(barePort, request, connections, MEASURE_MS);
        const ours = await load(port, request, connections, MEASURE_MS);
        console.log(
          `${name.padEnd(25)} ${String(connections).padStart(5)}   ${ours.perSecond.toFixed(0).padStart(12)}` +
            `${bareLoad.perSecond.toFixed(0).padStart(12)}   ${(ours.perSecond / bareLoad.perSecond).toFixed(2)}` +
            `${ours.p50Ms.toFixed(2).padStart(9)}${ours.p99Ms.toFixed(2).padStart(9)}`,
        );
      }
    }
    console.log(`memory after the load      ${residentMiB(server)} MiB`);
  } finally {
    server.kill();
    bare.kill();
    await new Promise((resolve) => server.once('exit', resolve));
    rmSync(data, { recursive: true, force: true });
  }
}

async function anImage(ec2: EC2Client): Promise<string> {
  const { DescribeImagesCommand } = await import('@aws-sdk/client-ec2');
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  return Images?.[0]?.ImageId as string;
}

function residentMiB(child: ChildProcess): string {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024).toFixed(0);
}
