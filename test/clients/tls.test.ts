/** HTTPS beside HTTP on one port, with real clients: what each is trusted to be, and what policies see of it. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { start } from '../../src/node-api/index.ts';
import { makeCertificate } from '../../src/platform/node/certificate.ts';
import { clientOf, exported, placeFor } from '../worlds/cli-process.ts';

const awsSkip = spawnSync('aws', ['--version']).status === 0 ? false : 'the AWS CLI ("aws") is not installed';

/** Over TLS with the certificate that the environment names, as NODE_EXTRA_CA_CERTS has Node trust it. */
function overTls(env: Readonly<Record<string, string>>): KMSClient {
  return new KMSClient({
    endpoint: env.AWS_ENDPOINT_URL!,
    region: env.AWS_REGION!,
    maxAttempts: 1,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! },
    requestHandler: { httpsAgent: new Agent({ ca: readFileSync(env.NODE_EXTRA_CA_CERTS!) }) },
  });
}

const overHttp = (env: Readonly<Record<string, string>>) => ({
  ...env,
  AWS_ENDPOINT_URL: env.AWS_ENDPOINT_URL!.replace('https:', 'http:'),
});

test('aws:SecureTransport is what the client used', async (t) => {
  const server = await start({ tls: true });
  t.after(() => server.close());
  assert.match(server.url, /^https:/);
  const { env } = await server.credentials({ user: 'john' });
  const Statement = [
    { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
    { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  ];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const root = await server.credentials();
  await clientOf(IAMClient, overHttp(root.env)).send(
    new PutUserPolicyCommand({ UserName: 'john', PolicyName: 'secure', PolicyDocument }),
  );
  const { Keys } = await overTls(env).send(new ListKeysCommand({}));
  assert.deepEqual(Keys, []);
  await assert.rejects(clientOf(KMSClient, overHttp(env)).send(new ListKeysCommand({})), {
    name: 'AccessDeniedException',
  });
  assert.match((await server.explain('user/john')).text, /aws:SecureTransport/);
});

describe('the AWS CLI', { skip: awsSkip }, () => {
  test('trusts the certificate that env names, and no server without it', async (t) => {
    const place = placeFor(t);
    await place.start(['--port', '0', '--ephemeral', '--tls', '--log', 'off']);
    const variables = exported((await place.run(['env'])).stdout);
    assert.match(variables.AWS_ENDPOINT_URL!, /^https:/);
    const aws = async (environment: NodeJS.ProcessEnv, ...options: string[]) => {
      const args = ['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text', ...options];
      const child = spawn('aws', args, { env: { ...place.environment, ...environment } });
      const said: Buffer[] = [];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => said.push(bytes));
      await new Promise((resolve) => child.once('close', resolve));
      return Buffer.concat(said).toString().trim();
    };
    assert.equal(await aws(variables), '123456789012');
    const { AWS_CA_BUNDLE, ...without } = variables;
    assert.equal(await aws(without, '--ca-bundle', AWS_CA_BUNDLE!), '123456789012');
    assert.match(await aws({ ...without, AWS_MAX_ATTEMPTS: '1' }), /SSL validation failed/);
    assert.equal(await aws(overHttp(without)), '123456789012');
  });

  test('takes a certificate that the server was given', async (t) => {
    const place = placeFor(t);
    const { certificate, privateKey } = await makeCertificate([], Date.now());
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(place.directory, name)) as [
      string,
      string,
    ];
    writeFileSync(cert, certificate);
    writeFileSync(key, privateKey);
    await place.start(['--port', '0', '--ephemeral', '--tls-cert', cert, '--tls-key', key]);
    const { AWS_CA_BUNDLE, ...variables } = exported((await place.run(['env'])).stdout);
    assert.equal(AWS_CA_BUNDLE, undefined);
    const curl = ['--silent', '--cacert', cert, `${variables.AWS_ENDPOINT_URL}/_latchkey/health`];
    assert.match(spawnSync('curl', curl, { encoding: 'utf8' }).stdout, /"status":"ok"/);
  });
});

test('connections that say nothing, or nonsense, end with the server and disturb nobody', async () => {
  const server = await start({ tls: true });
  const port = Number(new URL(server.url).port);
  const opened = async (bytes?: Buffer) => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    const ended = new Promise((resolve) => socket.resume().once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    if (bytes) socket.write(bytes);
    return { ended };
  };
  const silent = await opened();
  const cutOff = await opened(Buffer.from([0x16, 3, 1]));
  const nonsense = await opened(Buffer.from([0x16, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  await nonsense.ended;
  const { env } = await server.credentials();
  await clientOf(KMSClient, overHttp(env)).send(new ListKeysCommand({}));
  await overTls(env).send(new ListKeysCommand({}));
  await server.close();
  await Promise.all([silent.ended, cutOff.ended]);
});
