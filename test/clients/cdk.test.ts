/** The CDK's own CLI, unmodified, deploys, changes and destroys the app in `examples/cdk`. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AttachUserPolicyCommand,
  CreateServiceLinkedRoleCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Credentials, Identity, Server } from '../../src/node-api/api.ts';
import { start } from '../../src/node-api/index.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const TIMEOUT_MS = 240_000;
/** A command that hangs says how far it came. */
const COMMAND_TIMEOUT_MS = 90_000;

/** Bootstraps nothing, and so cannot be deployed with the synthesizer that apps have unless they say otherwise. */
const DEFAULT_SYNTHESIZER = `
import { App, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
new Key(new Stack(new App(), 'Usual', { env }), 'Key');
`;

describe('the CDK', { timeout: TIMEOUT_MS }, () => {
  let server: Server;
  let folder: string;
  let admin: Credentials;

  before(async () => {
    server = await start();
    folder = mkdtempSync(join(tmpdir(), 'latchkey-cdk-'));
    cpSync(join(REPOSITORY, 'examples/cdk'), folder, { recursive: true });
    symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'usual.mjs'), DEFAULT_SYNTHESIZER);
    admin = await server.credentials({ admin: true });
    const AWSServiceName = 'autoscaling.amazonaws.com';
    await clientOf(IAMClient, admin).send(new CreateServiceLinkedRoleCommand({ AWSServiceName }));
  });

  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const clientOf = <C>(Client: new (config: object) => C, { region, ...credentials }: Credentials): C =>
    new Client({ endpoint: server.url, region, credentials });

  /** What it printed, on both streams; its exit code must be `code`. */
  async function cdk(command: string[], { env }: Credentials = admin, code = 0): Promise<string> {
    const child = spawn(
      join(REPOSITORY, 'node_modules/.bin/cdk'),
      [...command, '--no-notices', '--no-version-reporting', '--no-color'],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: COMMAND_TIMEOUT_MS,
        env: { PATH: process.env.PATH, HOME: folder, CI: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true', ...env },
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    const ended = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    assert.equal(ended, code, `cdk ${command.join(' ')}:\n${output.slice(-6000)}`);
    return output;
  }

  const instances = async (): Promise<string[]> => {
    const { Reservations = [] } = await clientOf(EC2Client, admin).send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'instance-state-name', Values: ['running'] }] }),
    );
    return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId!));
  };

  test('deploys an app, changes it, says why a change failed, and destroys it', async () => {
    const deploy = (...options: string[]) => ['deploy', ...options, '--require-approval', 'never'];
    const both = ['--all', '--concurrency', '2'];
    await cdk(deploy(...both));
    const launched = await instances();
    assert.equal(launched.length, 2);

    // An app is run again for each command, for seconds: what it wrote is as good where it says the same.
    const again = await cdk(deploy(...both, '--app', 'cdk.out'));
    assert.match(again, /Network \(no changes\)/);
    assert.match(again, /Shop \(no changes\)/);

    const difference = await cdk(['diff', 'Shop', '-c', 'imdsv2=required', '--output', 'changed.out']);
    assert.match(difference, /AWS::EC2::Instance Instance \w+ replace/);

    const changed = ['Shop', '--app', 'changed.out'];
    const john = await user('john', { Effect: 'Deny', Action: 'kms:CreateGrant', Resource: '*' });
    const failed = await cdk(deploy(...changed), john, 1);
    assert.match(failed, /Instance i-\w+ failed to stabilize[\s\S]*Client\.InvalidKMSKey\.InvalidState/);
    const [failedInstance] = /i-[0-9a-f]{17}/.exec(failed)!;
    assert.match((await server.explain(failedInstance)).text, /user john may not kms:CreateGrant/);
    assert.deepEqual(await instances(), launched);

    await cdk(deploy(...changed));
    const replaced = await instances();
    assert.equal(replaced.length, 2);
    assert.equal(replaced.filter((id) => launched.includes(id)).length, 1);

    await cdk(['destroy', '--all', '--force', '--app', 'cdk.out']);
    const { Stacks } = await clientOf(CloudFormationClient, admin).send(new DescribeStacksCommand({}));
    assert.deepEqual(Stacks ?? [], []);
    assert.deepEqual(await instances(), []);
  });

  test('says what the bootstrap of the default synthesizer lacks', async () => {
    const usual = ['--app', 'node usual.mjs', '--output', 'usual.out'];
    assert.match(await cdk(['deploy', ...usual], admin, 1), /Please run 'cdk bootstrap'/);
    assert.match(
      await cdk(['bootstrap', `aws://${admin.accountId}/${admin.region}`, '--app', 'usual.out'], admin, 1),
      /Unrecognized resource types: \[AWS::S3::Bucket, [^\]]*\]\. AWS may know them; Latchkey does not serve them/,
    );
  });

  /** An administrator, but for what the statement denies. */
  async function user(name: string, Statement: object): Promise<Credentials> {
    const identity: Identity = { user: name };
    const credentials = await server.credentials(identity);
    const iam = clientOf(IAMClient, admin);
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }));
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'but', PolicyDocument }));
    return credentials;
  }
});
