/** Secrets of a call are not kept with it: it is rehearsed without them, and made again by nobody but who made it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EBSClient, StartSnapshotCommand } from '@aws-sdk/client-ebs';
import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  IAMClient,
  UpdateAccountPasswordPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { ExplanationAnswer } from '../../../src/control/explanations.ts';
import { ACCOUNT, allowing, newUser, userWith } from '../../worlds/account.ts';
import { type Credentials, startServerFor, type TestServer } from '../../worlds/server.ts';

let server: TestServer;
before(async () => {
  server = await startServerFor(undefined);
});
after(() => server.close());

const explained = (subject: string) => server.ask<ExplanationAnswer>('explain', { subject });

const KEY_OF_ANOTHER_KIND = { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' } as const;

interface Case {
  readonly may?: string;
  readonly action: string;
  make(credentials: Credentials): Promise<unknown>;
}

const newKey = async (input = {}) =>
  (await server.client(KMSClient).send(new CreateKeyCommand(input))).KeyMetadata!.Arn!;

/** Each is refused for what it is made with, once it is let through, were the secret another. */
const cases: Readonly<Record<string, Case>> = {
  'the key of a snapshot, which CloudTrail hides and is no secret': {
    may: 'ebs:*',
    action: 'kms:GenerateDataKey',
    async make(credentials) {
      const KmsKeyArn = await newKey();
      const input = { VolumeSize: 1, Encrypted: true, KmsKeyArn };
      await server.client(EBSClient, credentials).send(new StartSnapshotCommand(input));
    },
  },
  'a digest that must be of one length': {
    action: 'kms:Sign',
    async make(credentials) {
      const KeyId = await newKey(KEY_OF_ANOTHER_KIND);
      const input = { KeyId, Message: Buffer.alloc(32), MessageType: 'DIGEST' } as const;
      await server
        .client(KMSClient, credentials)
        .send(new SignCommand({ ...input, SigningAlgorithm: 'RSASSA_PSS_SHA_256' }));
    },
  },
  'a password that must suit a policy': {
    action: 'iam:CreateLoginProfile',
    async make(credentials) {
      const iam = server.client(IAMClient);
      await iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 14 }));
      await iam.send(new CreateUserCommand({ UserName: 'zoe' }));
      const input = { UserName: 'zoe', Password: 'correct horse battery' };
      await server.client(IAMClient, credentials).send(new CreateLoginProfileCommand(input));
    },
  },
  'a value that must suit a pattern': {
    action: 'ssm:PutParameter',
    async make(credentials) {
      const input = { Name: 'size', Type: 'String', Value: '12', AllowedPattern: '^\\d+$' } as const;
      await server.client(SSMClient, credentials).send(new PutParameterCommand(input));
    },
  },
};

describe('the fix of a denial is verified whatever the secret was', () => {
  for (const [name, { may, action, make }] of Object.entries(cases)) {
    test(name, async () => {
      const user = action.replace(/\W/g, '-');
      const credentials = await userWith(server, user, ...(may ? [allowing(may)] : []));
      await assert.rejects(make(credentials), /not authorized/);
      const { verdict, now, call, remediesVerified } = await explained(`user/${user}`);
      assert.deepEqual(
        { verdict, now, action: call?.action, remediesVerified },
        { verdict: 'denied', now: 'denied', action, remediesVerified: true },
      );
    });
  }
});

test('what is wrong with the call beside its denial is said', async () => {
  const ivy = await userWith(server, 'ivy');
  await server.client(IAMClient).send(new CreateUserCommand({ UserName: 'taken' }));
  const again = new CreateUserCommand({ UserName: 'taken' });
  await assert.rejects(server.client(IAMClient, ivy).send(again), /not authorized/);
  const { remediesVerified, failsThen, text } = await explained('user/ivy');
  assert.equal(remediesVerified, false);
  assert.match(failsThen ?? '', /^EntityAlreadyExists: User with name taken already exists/);
  assert.match(text, /with this policy in place the call is allowed, and then fails: EntityAlready/);
});

test('a call whose secret was not kept is made again by nobody else', async () => {
  const bob = await newUser(server, 'bob');
  const ssm = server.client(SSMClient, bob.credentials);
  const put = new PutParameterCommand({ Name: 'token', Type: 'String', Value: 'a value of its own' });
  await assert.rejects(ssm.send(put), /not authorized/);
  const { call } = await explained(bob.arn);
  await server.ask('perform', {
    account: ACCOUNT,
    service: 'iam',
    operation: 'PutUserPolicy',
    input: {
      UserName: 'bob',
      PolicyName: 'policy',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: allowing('ssm:*') }),
    },
  });
  await assert.rejects(
    server.ask('repeat', { eventId: call?.eventId }),
    /Value may be secret and was not kept, so only who made the call can make it again/,
  );
  await assert.rejects(ssm.send(new GetParameterCommand({ Name: 'token' })), /ParameterNotFound/);
});
