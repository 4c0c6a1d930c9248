/** What each client's telling of John's story (examples/) must say, and what the server must have afterwards. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { KMSClient, ListGrantsCommand } from '@aws-sdk/client-kms';
import type { ExplanationAnswer as Explanation } from '../../src/control/explanations.ts';
import { npxIn } from '../worlds/cli-process.ts';
import type { TestServer } from '../worlds/server.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const ACCOUNT = '123456789012';
const JOHN = `arn:aws:iam::${ACCOUNT}:user/john`;

/** Runs a program as `latchkey exec` would, pointed at the server; resolves with its standard output. */
export async function runAgainst(server: TestServer, command: string, args: string[]): Promise<string> {
  const { accessKeyId, secretAccessKey } = await server.root();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-npx-'));
  const child = spawn(command, args, {
    cwd: CHECKOUT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: npxIn(folder),
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: undefined,
      AWS_PROFILE: undefined,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      LATCHKEY_TOKEN: server.latchkey.token,
    },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (bytes) => {
    output += bytes;
  });
  child.stderr.on('data', (bytes) => {
    errors += bytes;
  });
  const code = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  rmSync(folder, { recursive: true });
  assert.equal(code, 0, `${command} ${args.join(' ')} ended with ${code}:\n${output}\n${errors}`);
  return output;
}

export async function assertStory(server: TestServer, output: string): Promise<void> {
  const told = (label: string) => {
    const line = output.split('\n').find((each) => each.startsWith(`${label}: `));
    assert.ok(line, `the story does not tell "${label}":\n${output}`);
    return line.slice(label.length + 2);
  };
  const keyArn = told('key');
  const volumeId = told('volume');
  const [instanceId, ...stopped] = told('instance').split(' ');
  assert.match(keyArn, new RegExp(`^arn:aws:kms:us-east-1:${ACCOUNT}:key/[0-9a-f-]{36}$`));
  assert.match(volumeId, /^vol-[0-9a-f]{17}$/);
  assert.match(instanceId as string, /^i-[0-9a-f]{17}$/);
  assert.deepEqual(stopped, ['is', 'stopped']);
  const denial =
    `User: ${JOHN} is not authorized to perform: kms:CreateGrant on resource: ${keyArn} ` +
    'because no identity-based policy allows the kms:CreateGrant action';

  assert.equal(told('john starts it'), 'pending');
  assert.equal(told('and it is'), 'stopped');
  assert.equal(told('StateReason'), 'Client.InternalError|Client.InternalError: Client error on launch');
  assert.equal(told('StateTransitionReason'), 'Client.InternalError');

  const event = JSON.parse(told('CloudTrail'));
  assert.equal(event.eventName, 'CreateGrant');
  assert.equal(event.errorCode, 'AccessDenied');
  assert.equal(event.errorMessage, denial);
  assert.equal(event.userIdentity.arn, JOHN);
  assert.equal(event.userIdentity.invokedBy, 'ec2-frontend-api.amazonaws.com');
  assert.equal(event.sourceIPAddress, 'ec2-frontend-api.amazonaws.com');

  assert.equal(told('without the volume'), 'running');
  assert.equal(told('with that policy'), 'running');
  const grantee = `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-infrastructure/${instanceId}`;
  assert.equal(told('grant').replace('\t', ' '), `${grantee} Decrypt`);
  // The first line may be empty: the AWS CLI begins its errors with one.
  const himself = output.slice(output.indexOf('john himself: '));
  assert.match(himself, /\(AccessDeniedException\) when calling the CreateGrant operation/);
  assert.ok(himself.includes(denial), himself);

  assertExplained(output, { keyArn, denial });
  await assertOnServer(server, { instanceId: instanceId as string, keyArn, volumeId, grantee });
}

/** The text that `latchkey explain` printed in the course of the story. */
export function assertExplained(text: string, { keyArn, denial }: { keyArn: string; denial: string }): void {
  const keyId = keyArn.slice(keyArn.indexOf('/') + 1);
  for (const said of [
    `user john may not kms:CreateGrant on key ${keyId}.\n`,
    'No identity-based policy of user john allows kms:CreateGrant: the key policy leaves it to them.',
    `user john (${JOHN}) called ec2:StartInstances at `,
    `ec2-frontend-api.amazonaws.com called kms:CreateGrant on key ${keyId}, with the rights of user john`,
    'It was refused: AccessDenied',
    denial,
    `key policy of key ${keyId} (resource-based policy): leaves it to identity-based policies`,
    'user john, inline policy ec2-all: no statement about kms:CreateGrant',
    'Attach this policy to user john:',
    '(Verified: with this policy in place ',
  ]) {
    assert.ok(text.includes(said), `the explanation does not say "${said}":\n${text}`);
  }
}

async function assertOnServer(
  server: TestServer,
  story: { instanceId: string; keyArn: string; volumeId: string; grantee: string },
): Promise<void> {
  await server.settled();
  const { Reservations } = await server
    .client(EC2Client)
    .send(new DescribeInstancesCommand({ InstanceIds: [story.instanceId] }));
  const instance = Reservations?.[0]?.Instances?.[0];
  assert.equal(instance?.State?.Name, 'running');
  const disk = instance?.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === '/dev/sdf');
  assert.equal(disk?.Ebs?.VolumeId, story.volumeId);
  assert.equal(disk?.Ebs?.Status, 'attached');

  const { Grants } = await server.client(KMSClient).send(new ListGrantsCommand({ KeyId: story.keyArn }));
  assert.ok(Grants?.some(({ GranteePrincipal }) => GranteePrincipal === story.grantee));

  const { PolicyDocument } = await server
    .client(IAMClient)
    .send(new GetUserPolicyCommand({ UserName: 'john', PolicyName: 'start-encrypted' }));
  assert.deepEqual(JSON.parse(decodeURIComponent(PolicyDocument as string)), {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['kms:CreateGrant'],
        Resource: [story.keyArn],
        Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
      },
    ],
  });

  // The instance runs now, yet what is explained about it is what went wrong last.
  const explanation = await server.ask<Explanation>('explain', { subject: story.instanceId });
  assert.equal(explanation.found, true);
}
