/**
 * Latchkey as the real account: what is played on one server is read through the real AWS SDK, and the snapshot is asked what
 * the server is asked. It must say the same; and a fork of it must fail as the account failed.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  DescribeInstancesCommand,
  EC2Client,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateAccessKeyCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateGrantCommand,
  DecryptCommand,
  DisableKeyCommand,
  EncryptCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { redact } from '../../src/cli/redact.ts';
import type { AwsCall } from '../../src/import/aws/aws-calls.ts';
import { actionsRead } from '../../src/import/plan.ts';
import { type ImportedWorld, openImportedWorld, servingOptions } from '../../src/imported-world.ts';
import { filesUnder, readText } from '../../src/platform/node/folder.ts';
import { ACCOUNT, allowing, policy, REGION } from '../worlds/account.ts';
import { BIN } from '../worlds/cli-process.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { importedFrom } from '../worlds/imported.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-real-'));
const snapshot = join(folder, 'snapshot');
const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
const context = { after: (work: () => unknown) => void cleanUp.push(work) } as Parameters<typeof ec2World>[0];
after(async () => {
  for (const work of cleanUp.reverse()) await work();
});

/** The command in a process of its own. */
function command(...words: string[]): Promise<{ readonly code: number; readonly stdout: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [BIN, ...words], (_error, stdout) =>
      resolve({ code: child.exitCode ?? -1, stdout }),
    );
  });
}

let world: World;
let imported: ImportedWorld;
let instanceId: string;
let keyArn: string;
const made: AwsCall[] = [];

/** Ids of resources, keys, roles, events and requests. */
const MADE_UP =
  /\b(?:[a-z]{1,6}-[0-9a-f]{17}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|A(?:IDA|ROA|KIA|SIA)[A-Z0-9]{12,})\b/g;

async function importAccount(server: TestServer, out: string): Promise<void> {
  await importedFrom(server, out, { onCall: (call) => made.push(call) });
}

const asked = (question: string, body: object) =>
  imported.questions[question]?.(body as Record<string, unknown>) as Promise<Record<string, never>>;

before(async () => {
  world = await ec2World(context);
  keyArn = await world.newKey();
  await world.kms.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: keyArn }));
  instanceId = await world.run({
    BlockDeviceMappings: [
      { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: keyArn } },
    ],
  });
  await world.server.settled();
  await world.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  await world.server.settled();
  const john = await world.user('john', allowing('ec2:*'));
  const mary = await world.user('mary', allowing('kms:Encrypt', 'kms:Decrypt'));
  await john.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  await world.server.settled();
  const plaintext = Buffer.from('x');
  const { CiphertextBlob } = await mary.kms.send(
    new EncryptCommand({ KeyId: keyArn, Plaintext: plaintext, EncryptionContext: { Department: 'Finance' } }),
  );
  await mary.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { Department: 'Finance' } }));
  await world.kms.send(
    new CreateGrantCommand({
      KeyId: keyArn,
      GranteePrincipal: `arn:aws:iam::${ACCOUNT}:user/mary`,
      Operations: ['GenerateDataKey'],
      Constraints: { EncryptionContextSubset: { Department: 'Finance' } },
    }),
  );
  await importAccount(world.server, snapshot);
  imported = await openImportedWorld(snapshot);
  cleanUp.push(() => imported.close());
});

describe('a snapshot of an account', () => {
  test('is made by the listed calls alone, and all of them read', () => {
    const allowed = new Set([...actionsRead(), 'sts:GetCallerIdentity']);
    const names = new Set(made.map(({ service, operation }) => `${service}:${operation}`));
    assert.ok(names.size > 20);
    assert.deepEqual(
      [...names].filter((name) => !allowed.has(name)),
      [],
    );
    assert.deepEqual(
      [...names].filter((name) => !/:(?:Get|List|Describe|Lookup)/.test(name)),
      [],
    );
  });

  test('that is not there is no answer, and not a no', async () => {
    for (const words of [
      ['explain', instanceId],
      ['can', 'user/john', 'kms:Decrypt', 'alias/app'],
      ['who-can', 'alias/app'],
      ['what-can', 'user/john'],
      ['what-if', 'alias/app'],
      ['audit'],
      ['check'],
    ]) {
      const { code, stdout } = await command(...words, '--from', join(snapshot, 'nowhere'));
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
    }
  });

  test('is explained by the command, which ends with an answer: nothing but the question holds the process up', async () => {
    const words = ['explain', instanceId, '--from', snapshot];
    const { code, stdout } = await command(...words);
    assert.match(stdout, /^user john may not kms:CreateGrant on key .*\n[\s\S]*Verified: /);
    assert.equal(code, 1);
  });

  test('explains the start that failed as the account itself does', async () => {
    const live = await world.server.ask<Record<string, never>>('explain', { subject: instanceId });
    const told = await asked('explain', { subject: instanceId });
    for (const member of ['verdict', 'headline', 'symptom', 'found'] as const)
      assert.equal(told[member], live[member], member);
    const shape = (explanation: Record<string, never>) =>
      (
        explanation.checks as unknown as { action: string; resource: string; principal: { who: string } }[]
      ).map(({ action, resource, principal }) => [action, resource, principal.who]);
    assert.deepEqual(shape(told), shape(live));
    assert.deepEqual(JSON.parse(JSON.stringify(told.remedies)), live.remedies);
    assert.match(
      String((told as { basis?: unknown }).basis),
      /kms:GetKeyPolicy was read at .* the call was at/,
    );
  });

  test('says of what it has read all of that there is no such thing, as the account itself does', async () => {
    const none = '00000000-0000-0000-0000-000000000000';
    for (const key of ['alias/none', none, `arn:aws:kms:${REGION}:${ACCOUNT}:key/${none}`]) {
      const [live, told] = await Promise.all(
        [world.server.ask('who-can', { key }), asked('who-can', { key })].map((answer) =>
          answer.then(
            () => 'an answer',
            (error: Error) => error.message,
          ),
        ),
      );
      assert.match(live ?? '', /^NotFoundException: |^There is no key /);
      assert.equal(told, live);
    }
  });

  test('says who can, what can and may as the account itself does', async () => {
    for (const [question, body] of [
      ['who-can', { key: 'alias/app' }],
      ['what-can', { principal: 'user/mary' }],
      ['can', { principal: 'user/mary', action: 'kms:Decrypt', resource: 'alias/app' }],
      [
        'can',
        {
          principal: 'user/john',
          action: 'kms:CreateGrant',
          resource: 'alias/app',
          through: 'ec2:StartInstances',
        },
      ],
    ] as const) {
      const live = await world.server.ask<Record<string, unknown>>(question, body);
      const told = JSON.parse(JSON.stringify(await asked(question, body)));
      assert.deepEqual(told.users, live.users, question);
      assert.deepEqual(told.keys, live.keys, question);
      assert.deepEqual(
        [told.verdict, told.headline, told.grounds],
        [live.verdict, live.headline, live.grounds],
        question,
      );
    }
  });

  test('decides every recorded use as AWS decided it, and then says what a policy would break', async () => {
    const { calibration, coverage, sufficient } = (await asked('check', {})) as unknown as {
      calibration: { agreement: number; notUnderstood: unknown[]; changed: unknown[]; agreed: number };
      coverage: { trails: { records: number } };
      sufficient: boolean;
    };
    assert.deepEqual([calibration.notUnderstood, calibration.changed], [[], []]);
    assert.equal(calibration.agreement, 1);
    assert.ok(sufficient && calibration.agreed > 5 && coverage.trails.records > 20);
    const proposed = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: 'kms:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'kms:EncryptionContext:Department': 'Finance' } },
        },
      ],
    });
    const answer = (await asked('what-if', { target: 'alias/app', policy: proposed })) as unknown as {
      hasVerdict: boolean;
      denied: { who: string; action: string; count: number }[];
    };
    assert.ok(answer.hasVerdict);
    const denied = answer.denied.filter(({ who }) => who === 'user mary').map(({ action }) => action);
    assert.deepEqual(denied.sort(), ['kms:Decrypt', 'kms:Encrypt']);
  });

  test('under pseudonyms, answers the same, and names nobody', async () => {
    const redacted = join(folder, 'redacted');
    const command = { values: { from: snapshot, out: redacted }, words: [] };
    assert.equal(await redact.run(command as never), 0);
    const text = [...filesUnder(redacted)].map(({ path, name }) => `${name} ${readText(path)}`).join('\n');
    for (const name of [ACCOUNT, 'john', 'mary', 'Finance'])
      assert.ok(!new RegExp(`\\b${name}\\b`).test(text), name);
    const original = [...filesUnder(snapshot)].map(({ path }) => readText(path)).join('\n');
    const ids = new Set(original.match(MADE_UP));
    assert.ok(ids.size > 50);
    assert.deepEqual(
      [...ids].filter((id) => text.includes(id)),
      [],
    );
    const idIn = (file: string, pattern: RegExp) =>
      pattern.exec(
        readText([...filesUnder(redacted)].find(({ name }) => name.endsWith(file))?.path ?? ''),
      )?.[0];
    const [pseudonym, key] = [
      idIn('DescribeInstances.json', /(?<=")i-[0-9a-f]{17}(?=")/),
      idIn('ListKeys.json', /[0-9a-f]{8}-[0-9a-f-]{27}/),
    ];
    const other = await openImportedWorld(redacted);
    const rights = async (world: ImportedWorld) => {
      const { users } = (await world.questions['who-can']?.({
        key: world === imported ? keyArn.split('/')[1] : key,
      })) as unknown as {
        users: { rights: { action: string; way: string }[] }[];
      };
      return users.map(({ rights: all }) => all.map(({ action, way }) => `${action} ${way}`)).sort();
    };
    assert.deepEqual(await rights(other), await rights(imported));
    const { calibration } = (await other.questions.check?.({})) as unknown as {
      calibration: { agreement: number };
    };
    assert.deepEqual((calibration as { notUnderstood?: unknown }).notUnderstood, []);
    assert.equal(calibration.agreement, 1);
    const explained = (await other.questions.explain?.({ subject: pseudonym })) as unknown as {
      verdict: string;
    };
    assert.equal(explained.verdict, 'denied');
    await other.close();
  });

  test('is served to be read, and refuses changes by name', async () => {
    const server = await startServerFor(context, servingOptions(snapshot, false));
    const { Reservations } = await server
      .client(EC2Client)
      .send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    assert.equal(Reservations?.[0]?.Instances?.[0]?.StateReason?.Code, 'Client.InternalError');
    const change = await refusal(server.client(KMSClient).send(new DisableKeyCommand({ KeyId: keyArn })));
    assert.match(change.message, /kms:DisableKey would change the account, .* --fork/);
    const use = await refusal(
      server.client(KMSClient).send(new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.from('x') })),
    );
    assert.match(use.message, /kms:Encrypt needs the key's material, which AWS never gives out/);
  });

  test('forked, fails John as it failed him, until the fix is made there', async () => {
    const server = await startServerFor(context, servingOptions(snapshot, true));
    const iam = server.client(IAMClient);
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'john' }));
    const john = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    };
    const start = async () => {
      await server.client(EC2Client, john).send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
      await server.settled();
      const shown = await server
        .client(EC2Client)
        .send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
      return shown.Reservations?.[0]?.Instances?.[0]?.State?.Name;
    };
    assert.equal(await start(), 'stopped');
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'john',
        PolicyName: 'grants',
        PolicyDocument: policy(allowing('kms:CreateGrant')),
      }),
    );
    assert.equal(await start(), 'running');
  });
});
