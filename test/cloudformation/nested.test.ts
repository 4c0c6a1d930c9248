/**
 * Stacks that are resources of others: made, changed, rolled back and deleted with them, and no sooner. Their templates
 * lie in a folder that stands for S3.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as cf from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  KMSClient,
  ListAliasesCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { refusal, type TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks } from '../worlds/stacks.ts';

const FOLDER = fileURLToPath(new URL('../real-code/nested', import.meta.url));
const APP = readFileSync(`${FOLDER}/app.yaml`, 'utf8');
const Capabilities: cf.Capability[] = ['CAPABILITY_IAM'];
const parameters = (values: Record<string, string>) => ({
  Capabilities,
  Parameters: Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  })),
});
const NO_SUCH_SNAPSHOT = 'snap-0123456789abcdef0';

let server: TestServer;
let stacks: Stacks;
shareStacks(
  (world) => {
    ({ server, stacks } = world);
  },
  { templates: FOLDER },
);

const send: cf.CloudFormationClient['send'] = (...rest: unknown[]) =>
  (stacks.client.send as (...all: unknown[]) => never)(...rest);
const nestedIn = async (name: string) => {
  const { Stacks: all = [] } = await send(new cf.DescribeStacksCommand({}));
  const root = all.find(({ StackName }) => StackName === name);
  return all.filter(({ RootId }) => RootId === root?.StackId);
};
const statuses = async (name: string) =>
  (await nestedIn(name))
    .map(({ StackName = '', StackStatus }) => `${StackName.split('-').at(-2)} ${StackStatus}`)
    .sort();
const nestedStatuses = async (name: string) => (await nestedIn(name)).map(({ StackStatus }) => StackStatus);
const outputs = ({ Outputs = [] }: cf.Stack) =>
  Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue as string]));
const groups = async () => {
  const { logGroups = [] } = await server.client(CloudWatchLogsClient).send(new DescribeLogGroupsCommand({}));
  return logGroups.map(({ logGroupName }) => logGroupName);
};
const description = async (KeyId = '') =>
  (await server.client(KMSClient).send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Description;
const exported = async () =>
  ((await send(new cf.ListExportsCommand({}))).Exports ?? []).map(({ Name }) => Name);

test('a template and those that it nests live and die as one', async () => {
  const made = await stacks.create('app', APP, parameters({ Purpose: 'invoices' }));
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('app')).join('\n'));
  const { KeyArn, LogGroup } = outputs(made);
  assert.deepEqual([await description(KeyArn), LogGroup], ['invoices', '/invoices']);
  assert.deepEqual(await statuses('app'), [
    'Alias CREATE_COMPLETE',
    'Encryption CREATE_COMPLETE',
    'Logging CREATE_COMPLETE',
  ]);
  const nested = await nestedIn('app');
  const encryption = nested.find(({ StackName }) => /^app-Encryption-[A-Z0-9]+$/.test(StackName ?? ''));
  assert.deepEqual(
    [encryption?.ParentId, encryption?.Tags],
    [made.StackId, [{ Key: 'purpose', Value: 'invoices' }]],
  );
  assert.equal(
    encryption?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'Zones')?.ParameterValue?.split(
      ',',
    )[0],
    'us-east-1a',
  );

  await send(
    new cf.UpdateTerminationProtectionCommand({ StackName: 'app', EnableTerminationProtection: true }),
  );
  const StackName = encryption?.StackId;
  assert.match(
    (await refusal(send(new cf.DeleteStackCommand({ StackName })))).message,
    /while TerminationProtection is enabled/,
  );
  const alone = new cf.UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false });
  assert.match((await refusal(send(alone))).message, /that of its root stack/);
  await send(
    new cf.UpdateTerminationProtectionCommand({ StackName: 'app', EnableTerminationProtection: false }),
  );

  const gone = await stacks.remove('app');
  assert.equal(gone.StackStatus, 'DELETE_COMPLETE');
  const { StackSummaries = [] } = await send(
    new cf.ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }),
  );
  assert.equal(StackSummaries.filter(({ RootId }) => RootId === made.StackId).length, 3);
  assert.deepEqual([await groups(), await exported()], [[], []]);
});

test('an update reaches nested stacks; one that fails later takes them back, to what they gave before', async () => {
  const made = await stacks.create('back', APP, parameters({ Purpose: 'orders' }));
  const updated = await stacks.update('back', APP, parameters({ Purpose: 'letters' }));
  assert.equal(updated.StackStatus, 'UPDATE_COMPLETE');
  assert.equal(outputs(updated).KeyArn, outputs(made).KeyArn);
  assert.deepEqual([await description(outputs(made).KeyArn), await groups()], ['letters', ['/letters']]);

  const failing = parameters({ Purpose: 'parcels', Volume: NO_SUCH_SNAPSHOT });
  const rolledBack = await stacks.update('back', APP, failing);
  assert.equal(rolledBack.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  assert.deepEqual(await statuses('back'), [
    'Alias UPDATE_ROLLBACK_COMPLETE',
    'Encryption UPDATE_ROLLBACK_COMPLETE',
    'Logging UPDATE_ROLLBACK_COMPLETE',
  ]);
  assert.deepEqual(
    [await description(outputs(made).KeyArn), await groups(), await exported(), outputs(rolledBack).LogGroup],
    ['letters', ['/letters'], ['letters-key'], '/letters'],
  );
  // The group that was to go is the one that stands: nothing of it was deleted before all had succeeded.
  const logging = (await nestedIn('back')).find(({ StackName }) => StackName?.includes('Logging'));
  const story = await stacks.story(logging?.StackId as string);
  assert.equal(
    story
      .slice(story.indexOf(`UPDATE_COMPLETE ${logging?.StackName}`))
      .filter((line) => line === 'DELETE_COMPLETE Group').length,
    1,
  );

  await send(
    new cf.UpdateStackCommand({ StackName: 'back', TemplateBody: APP, DisableRollback: true, ...failing }),
  );
  assert.equal((await stacks.settled('back')).StackStatus, 'UPDATE_FAILED');
  assert.deepEqual(
    new Set((await statuses('back')).map((each) => each.split(' ')[1])),
    new Set(['UPDATE_COMPLETE']),
  );
  const repaired = await stacks.update('back', APP, parameters({ Purpose: 'parcels' }));
  assert.equal(repaired.StackStatus, 'UPDATE_COMPLETE', (await stacks.story('back')).join('\n'));
  assert.equal((await stacks.remove('back')).StackStatus, 'DELETE_COMPLETE');
});

test('what fails within a nested stack fails its parent, in AWS’s words, and both are taken back', async () => {
  const Key = {
    Type: 'AWS::KMS::Key',
    Properties: {
      KeyPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::123456789012:root' },
            Action: 'kms:*',
            Resource: '*',
          },
        ],
      },
    },
  };
  const template = (KeyId: unknown, Purpose = 'deep') => ({
    Resources: {
      Key,
      Nested: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: { TemplateURL: 'modules/alias.yaml', Parameters: { Purpose, KeyId } },
      },
    },
  });
  const failed = await stacks.create('fails', template('no-such-key'));
  assert.equal(failed.StackStatus, 'ROLLBACK_COMPLETE');
  const reason = (await stacks.story('fails')).find((line) => line.startsWith('CREATE_FAILED Nested'));
  assert.match(
    reason ?? '',
    /Embedded stack arn:aws:cloudformation:\S+ was not successfully created: The following resource\(s\) failed to create: \[Alias\]\. $/,
  );
  assert.deepEqual(await nestedIn('fails'), []);

  await stacks.create('changes', template({ Ref: 'Key' }));
  const back = await stacks.update('changes', template('no-such-key'));
  assert.equal(back.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  const why = (await stacks.story('changes')).find((line) => line.startsWith('UPDATE_FAILED Nested'));
  assert.match(
    why ?? '',
    /was not successfully updated\. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: The following resource\(s\) failed to update: \[Alias\]/,
  );
  const { Aliases = [] } = await server.client(KMSClient).send(new ListAliasesCommand({}));
  assert.equal(
    Aliases.find(({ AliasName }) => AliasName === 'alias/deep')?.TargetKeyId,
    await stacks.physicalId('changes', 'Key'),
  );

  const missing = await stacks.create('missing', {
    ...template({ Ref: 'Key' }, 'other'),
    Outputs: { O: { Value: { 'Fn::GetAtt': ['Nested', 'Outputs.Nothing'] } } },
  });
  assert.match(
    missing.StackStatusReason ?? (await stacks.story('missing')).join('\n'),
    /Output 'Nothing' not found in stack 'arn:/,
  );
});

/** Two keys, and a stack of an alias for one of them; the volume of a snapshot that is not there fails after it. */
async function twoKeys(name: string) {
  const kms = server.client(KMSClient);
  const newKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId as string;
  const [first, second] = [await newKey(), await newKey()];
  const template = (KeyId: string, more: object = {}) => ({
    Resources: {
      Nested: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: { TemplateURL: 'modules/alias.yaml', Parameters: { Purpose: name, KeyId } },
      },
      ...more,
    },
  });
  const Volume = {
    Type: 'AWS::EC2::Volume',
    DependsOn: 'Nested',
    Properties: { AvailabilityZone: 'us-east-1a', SnapshotId: NO_SUCH_SNAPSHOT },
  };
  await stacks.create(name, template(first));
  await send(
    new cf.UpdateStackCommand({
      StackName: name,
      TemplateBody: JSON.stringify(template(second, { Volume })),
      DisableRollback: true,
    }),
  );
  assert.equal((await stacks.settled(name)).StackStatus, 'UPDATE_FAILED');
  const target = async () => {
    const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
    return Aliases.find(({ AliasName }) => AliasName === `alias/${name}`)?.TargetKeyId;
  };
  assert.equal(await target(), second);
  return { kms, first, second, target };
}

test('an update that was left as it failed is rolled back with what it had changed in nested stacks', async () => {
  const { first, target } = await twoKeys('left');
  assert.deepEqual(await nestedStatuses('left'), ['UPDATE_COMPLETE']);
  await send(new cf.RollbackStackCommand({ StackName: 'left' }));
  assert.equal((await stacks.settled('left')).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  assert.deepEqual(await nestedStatuses('left'), ['UPDATE_COMPLETE']);
  assert.equal(await target(), first);
});

test('a rollback that fails within a nested stack is taken up again until it comes back', async () => {
  const { kms, first, second, target } = await twoKeys('stuck');
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: first }));
  await send(new cf.RollbackStackCommand({ StackName: 'stuck' }));
  const failed = await stacks.settled('stuck');
  assert.equal(failed.StackStatus, 'UPDATE_ROLLBACK_FAILED');
  assert.match(failed.StackStatusReason ?? '', /\[Nested\]/);
  assert.deepEqual(await nestedStatuses('stuck'), ['UPDATE_FAILED']);

  await send(new cf.ContinueUpdateRollbackCommand({ StackName: 'stuck' }));
  assert.equal((await stacks.settled('stuck')).StackStatus, 'UPDATE_ROLLBACK_FAILED');
  assert.equal(await target(), second);
  await kms.send(new CancelKeyDeletionCommand({ KeyId: first }));
  await kms.send(new EnableKeyCommand({ KeyId: first }));
  await send(new cf.ContinueUpdateRollbackCommand({ StackName: 'stuck' }));
  assert.equal((await stacks.settled('stuck')).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  assert.equal(await target(), first);
  assert.equal((await stacks.remove('stuck')).StackStatus, 'DELETE_COMPLETE');
});

test('a nested stack that is written as before may still change: a change set says so', async () => {
  await stacks.create('same', APP, parameters({}));
  const set = { StackName: 'same', ChangeSetName: 'again', TemplateBody: APP, ...parameters({}) };
  await send(new cf.CreateChangeSetCommand(set));
  const { Changes = [] } = await send(new cf.DescribeChangeSetCommand(set));
  assert.deepEqual(
    Changes.map(({ ResourceChange: change }) => [
      change?.LogicalResourceId,
      change?.Replacement,
      change?.Details?.[0]?.ChangeSource,
    ]),
    [
      ['Encryption', 'False', 'Automatic'],
      ['Logging', 'False', 'ResourceAttribute'],
    ],
  );
});

test('a template URL is a place in the folder, and no other', async () => {
  const validate = (TemplateURL: string) => send(new cf.ValidateTemplateCommand({ TemplateURL }));
  for (const host of [
    'https://s3.amazonaws.com/shared',
    'https://s3-us-west-2.amazonaws.com/shared',
    'https://shared.s3.eu-west-1.amazonaws.com',
  ]) {
    const { Parameters = [] } = await validate(`${host}/logging.yaml`);
    assert.equal(Parameters.length, 2, host);
  }
  assert.match(
    (await refusal(validate('https://example.com/shared/logging.yaml'))).message,
    /^TemplateURL must be a supported URL/,
  );
  for (const outside of [
    '../../worlds/server.ts',
    'https://s3.amazonaws.com/%2e%2e/%2e%2e/worlds/server.ts',
    'shared',
  ]) {
    assert.match(
      (await refusal(validate(outside))).message,
      /^S3 error: The specified key does not exist/,
      outside,
    );
  }
});
