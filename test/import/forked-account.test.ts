/**
 * A fork is the account running here: whatever can be asked of the account is answered alike, member by member, but for
 * what the table below names, each with its reason. A fork that is read again gives the snapshot that it was made of.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeSnapshotsCommand,
  DisableEbsEncryptionByDefaultCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateUserCommand,
  DeleteUserCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListGrantsCommand,
  ListKeyRotationsCommand,
  ListKeysCommand,
} from '@aws-sdk/client-kms';
import { actionsRead } from '../../src/import/plan.ts';
import { loadSnapshot } from '../../src/import/snapshot/store.ts';
import { openImportedWorld, servingOptions } from '../../src/imported-world.ts';
import { filesUnder, readText } from '../../src/platform/node/folder.ts';
import { volumeKind } from '../../src/services/ec2/volume/volume.ts';
import { furnish } from '../whole/operations/world.ts';
import { DAY_MS, ZONE } from '../worlds/account.ts';
import { importedFrom } from '../worlds/imported.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';
import { recordWipes } from '../worlds/wiped.ts';
import { differences, unequal } from './account-answers.ts';
import { enrich } from './rich-account.ts';
import { SECRET } from './rich-stacks.ts';

/** What a fork answers otherwise, and why. */
const OTHERWISE: readonly (readonly [at: RegExp, reason: string])[] = [
  [/^kms:DescribeKey KeyMetadata.CurrentKeyMaterialId/, 'material is new: that of a key never leaves AWS'],
  [/^kms:ListKeyRotations /, 'the new material has not been rotated'],
  [/^kms:GetKeyLastUsage /, 'what was done with keys is a history: that of the fork is its own'],
  [/^iam:\w+ .*RoleLastUsed/, 'when roles were used is a history, too'],
  [/^iam:(?:ListAccessKeys|ListServiceSpecificCredentials) /, 'credentials of the account open nothing here'],
  [/^organizations:ListCreateAccountStatus /, 'how accounts were made is a history'],
  [/^organizations:ListAWSServiceAccessForOrganization /, 'not read: no call is decided by it'],
  [/^ec2:GetManagedPrefixListEntries /, 'not read: a call for each list of AWS, too'],
  [
    /^(?:autoscaling:DescribeLaunchConfigurations|ec2:GetLaunchTemplateData) .*UserData/,
    'user data is not read: it may hold secrets',
  ],
  [
    /^ec2:DescribeVpnConnections .*\.(?:PreSharedKey|CustomerGatewayConfiguration) /,
    'the keys of tunnels are not read, nor the configuration that holds them',
  ],
  [/^ssm:GetParameter(?!.*"\/base\/size")/, 'values are not read, but for those that stacks show'],
  [/^ec2:DescribeVolumesModifications /, 'how volumes were changed is a history'],
  [
    /^ec2:DescribeSnapshotTierStatus .*\.(?:LastTiering|ArchivalComplete)/,
    'how snapshots were archived and restored is a history',
  ],
  [/^cloudwatch:DescribeAlarmHistory /, 'what became of alarms is a history'],
  [/^events:\w+(?:Connection|ApiDestination)/, 'what rules call over HTTP is not read'],
  [/^logs:DescribeLogStreams /, 'what was logged is not read'],
  [/^logs:\w+LogAnomalyDetector/, 'what looks for anomalies is not read'],
  [/^cloudformation:\w+ .*ResourceProperties/, 'they may hold secrets'],
  [/^cloudformation:\w*ChangeSet/, 'change sets are not read'],
  [/^cloudformation:GetTemplate TemplateBody/, 'what may be a secret is left out of templates'],
];

const whatOf = ({ at, about }: { readonly at: string; readonly about?: object }) =>
  `${at} ${JSON.stringify(about ?? {})}`;
const isAllowed = (found: { readonly at: string; readonly about?: object }) =>
  OTHERWISE.some(([pattern]) => pattern.test(whatOf(found)));

/** Listed, and called only where there is what a Latchkey server has none of. */
const NOT_CALLED: Readonly<Record<string, string>> = {
  'cloudtrail:GetEventSelectors': 'called for each trail, and trails cannot be made here',
};

const REGIONS = ['us-east-1', 'eu-west-1'];
const folder = mkdtempSync(join(tmpdir(), 'latchkey-forked-'));
const [first, second] = [join(folder, 'account'), join(folder, 'fork')];
const called = new Set<string>();
let account: TestServer;
let fork: TestServer;
let wipedAtStart: readonly Buffer[];
let asRead: ReadonlyMap<string, unknown>;

before(async () => {
  account = await startServerFor(undefined);
  await furnish(account);
  await enrich(account);
  await importedFrom(account, first, {
    regions: REGIONS,
    onCall: ({ service, operation }) => called.add(`${service}:${operation}`),
  });
  asRead = answersIn(first);
  leaveOutWhatIsEmpty(first);
  const undo: (() => void)[] = [];
  const { all } = recordWipes({ after: (work) => void undo.push(work as () => void) });
  fork = await startServerFor(undefined, servingOptions(first, true));
  for (const each of undo) each();
  wipedAtStart = all();
});
after(async () => {
  await fork.close();
  await account.close();
  rmSync(folder, { recursive: true });
});

describe('an account with something of everything', () => {
  test('is answered for by its fork, but for what is named here', async () => {
    const found = await differences(account, fork);
    assert.deepEqual(
      found.filter((each) => !isAllowed(each)),
      [],
    );
    // What is the same by now needs no reason any more.
    assert.deepEqual(
      OTHERWISE.filter(([pattern]) => !found.some((each) => pattern.test(whatOf(each)))),
      [],
    );
  });

  test('is read again from its fork as it was read', async () => {
    await importedFrom(fork, second, { regions: REGIONS });
    const again = answersIn(second);
    const found: { at: string; was: unknown; is: unknown }[] = [];
    for (const [asked, answer] of asRead) {
      const [operation] = asked.split(' ', 1);
      for (const [path, was, is] of unequal('', answer, again.get(asked)))
        found.push({ at: `${operation} ${path}`, was, is });
      again.delete(asked);
    }
    assert.deepEqual([...again.keys()], []);
    assert.deepEqual(
      found.filter((each) => !isAllowed(each)),
      [],
    );
  });

  test('is read by the calls of the least policy, and by all of them', () => {
    const listed = actionsRead();
    assert.deepEqual(
      listed.filter((action) => !called.has(action)),
      Object.keys(NOT_CALLED),
    );
    // Whoever has credentials may ask who he is.
    assert.deepEqual(
      [...called].filter((name) => name !== 'sts:GetCallerIdentity' && !listed.includes(name)),
      [],
    );
  });

  test('has its secrets for itself', () => {
    const files = [...filesUnder(first)];
    assert.ok(files.length > 50);
    assert.deepEqual(
      files.filter(({ path }) => readText(path).includes(SECRET)).map(({ name }) => name),
      [],
    );
  });

  test('has nothing that an import leaves unknown', async () => {
    const imported = await openImportedWorld(first);
    const { coverage } = (await imported.questions.check?.({})) as unknown as {
      coverage: { places: { missing: string[] }[] };
    };
    await imported.close();
    assert.deepEqual(
      coverage.places.flatMap(({ missing }) => missing),
      [],
    );
  });
});

describe('a fork goes on', () => {
  const stateOf = async (description: string) => {
    const client = fork.client(KMSClient);
    const { Keys = [] } = await client.send(new ListKeysCommand({ Limit: 1000 }));
    for (const { KeyId } of Keys) {
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
      if (KeyMetadata?.Description === description) return KeyMetadata;
    }
    return undefined;
  };

  test('with one material for the relatives of a multi-Region key', async () => {
    const { KeyId } = (await stateOf('shared')) ?? {};
    const Plaintext = Buffer.from('secret');
    const { CiphertextBlob } = await fork.client(KMSClient).send(new EncryptCommand({ KeyId, Plaintext }));
    const abroad = fork.client(KMSClient, undefined, { region: 'eu-west-1' });
    const { Plaintext: opened } = await abroad.send(new DecryptCommand({ CiphertextBlob }));
    assert.deepEqual(Buffer.from(opened ?? []), Plaintext);
  });

  test('with volumes under its keys, whose data keys it has wiped', async () => {
    const volumes = await fork.latchkey.runtime.store.read((tx) => tx.list(volumeKind.table));
    // AWS managed keys are for EC2 alone.
    const key = (await stateOf('volumes'))?.Arn;
    const encrypted = volumes.filter(({ dataKey }) => dataKey?.keyArn === key);
    assert.ok(encrypted.length > 0);
    for (const { id, region, dataKey } of encrypted) {
      const { Plaintext } = await fork.client(KMSClient, undefined, { region }).send(
        new DecryptCommand({
          CiphertextBlob: Buffer.from(dataKey!.ciphertextBase64, 'base64'),
          EncryptionContext: { 'aws:ebs:id': dataKey!.contextId },
        }),
      );
      assert.ok(
        wipedAtStart.some((each) => each.equals(Plaintext!)),
        id,
      );
    }
  });

  test('with groups that launch where they are', async () => {
    const client = fork.client(AutoScalingClient);
    const AutoScalingGroupName = 'spread';
    // The key of all new volumes lets Auto Scaling's role do nothing.
    await fork.client(EC2Client).send(new DisableEbsEncryptionByDefaultCommand({}));
    await client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 2 }));
    await fork.settled();
    const named = { AutoScalingGroupNames: [AutoScalingGroupName] };
    const { AutoScalingGroups: [group] = [] } = await client.send(
      new DescribeAutoScalingGroupsCommand(named),
    );
    assert.deepEqual(group?.Instances?.map(({ AvailabilityZone }) => AvailabilityZone).sort(), [
      ZONE,
      'us-east-1b',
    ]);
  });

  test('with those whom trust, key policies and grants name: a namesake is somebody else', async () => {
    const iam = fork.client(IAMClient);
    const { User: eva } = await iam.send(new GetUserCommand({ UserName: 'eva' }));
    const KeyId = (await stateOf('volumes'))?.KeyId;
    const naming = async () => {
      const client = fork.client(KMSClient);
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'worker' }));
      const { Policy } = await client.send(new GetKeyPolicyCommand({ KeyId }));
      const { Grants } = await client.send(new ListGrantsCommand({ KeyId }));
      return [decodeURIComponent(Role!.AssumeRolePolicyDocument!), Policy, JSON.stringify(Grants)];
    };
    for (const text of await naming()) assert.ok(text?.includes(eva!.Arn!), text);
    await iam.send(new DeleteUserCommand({ UserName: 'eva' }));
    await iam.send(new CreateUserCommand({ UserName: 'eva' }));
    for (const text of await naming())
      assert.ok(text?.includes(eva!.UserId!) && !text.includes(eva!.Arn!), text);
  });

  test('to what was to happen in the account', async () => {
    assert.equal((await stateOf('our own'))?.KeyState, 'Enabled');
    assert.equal((await stateOf('leaving'))?.KeyState, 'PendingDeletion');
    const logs = fork.client(CloudWatchLogsClient);
    const stream = { logGroupName: '/app/web', logStreamName: 'one' };
    await logs.send(new CreateLogStreamCommand(stream));
    const { nowMs: timestamp } = await fork.ask<{ nowMs: number }>('clock');
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp, message: 'x' }] }));
    await fork.advance(8 * DAY_MS);
    // The group keeps its events for seven days.
    const { logGroups: [group] = [] } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/app/web' }),
    );
    assert.equal(group?.storedBytes, 0);
    const Filters = [{ Name: 'storage-tier', Values: ['archive'] }];
    const { Snapshots } = await fork.client(EC2Client).send(new DescribeSnapshotsCommand({ Filters }));
    assert.equal(Snapshots?.length, 2, 'one was restored for five days');
    assert.equal((await stateOf('our own'))?.KeyState, 'PendingImport');
    assert.equal(await stateOf('leaving'), undefined);
  });

  test('to rotations: one of a primary key and its replicas together', async () => {
    const keys = [await stateOf('shared'), await stateOf('led from abroad')].map((key) => key!.KeyId);
    const homes = ['us-east-1', 'eu-west-1'].map((region) => fork.client(KMSClient, undefined, { region }));
    for (let period = 0; period < 2; period++) await fork.advance(90 * DAY_MS + 1000);
    // Where the primary's plan ends, that of its replicas does.
    for (const [at, KeyId] of keys.entries()) await homes[at]!.send(new DisableKeyRotationCommand({ KeyId }));
    await fork.advance(90 * DAY_MS + 1000);
    for (const KeyId of keys) {
      const listed = homes.map((client) => client.send(new ListKeyRotationsCommand({ KeyId })));
      const [east, west] = (await Promise.all(listed)).map(({ Rotations = [] }) =>
        Rotations.map(({ RotationType, KeyMaterialId }) => `${RotationType} ${KeyMaterialId}`),
      );
      assert.deepEqual(east, west);
      assert.deepEqual(
        east?.map((each) => each.split(' ')[0]),
        ['AUTOMATIC', 'AUTOMATIC'],
      );
    }
  });
});

/** By what was asked. */
const answersIn = (snapshot: string): Map<string, unknown> =>
  new Map(
    [...loadSnapshot(snapshot).reads.all()].map(({ operation, region, input, output, refused }) => [
      `${operation} ${region} ${JSON.stringify(input)}`,
      output ?? refused,
    ]),
  );

/** Where nothing does not mean no, none or empty, or is shown as it was asked for. */
const NOT_LEFT_OUT = new Set([
  'ActionsEnabled',
  'ActionsSuppressorWaitPeriod',
  'DeleteOnTermination',
  'EbsOptimized',
  'Enabled',
  'FullSnapshotSizeInBytes',
  'MetricIntervalLowerBound',
  'PhysicalResourceId',
]);

/** As tools do that write nothing for what is empty, false or none: a snapshot of theirs says the same. */
function leaveOutWhatIsEmpty(snapshot: string): void {
  for (const { path } of filesUnder(join(snapshot, 'accounts'))) {
    const file = JSON.parse(readText(path)) as { operation: string; reads: { output?: object }[] };
    for (const { output } of file.reads) for (const inner of Object.values(output ?? {})) withoutEmpty(inner);
    writeFileSync(path, JSON.stringify(file));
  }
}

function withoutEmpty(value: unknown): void {
  if (Array.isArray(value)) for (const each of value) withoutEmpty(each);
  else if (value && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      if (NOT_LEFT_OUT.has(name)) continue;
      if (inner === false || inner === 0 || inner === '' || (Array.isArray(inner) && inner.length === 0))
        delete (value as Record<string, unknown>)[name];
      else withoutEmpty(inner);
    }
  }
}
