/**
 * Stacks of a real account go on in its fork as they would there: what their templates say is there already, secrets that
 * nobody has read included, and what Latchkey does not serve is kept by its name.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import { DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, GetRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { History } from '../../src/import/cloudtrail/history.ts';
import { describedOutput } from '../../src/import/snapshot/described.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import { saveSnapshot } from '../../src/import/snapshot/store.ts';
import { servingOptions } from '../../src/imported-world.ts';
import { ACCOUNT, allow, REGION, trust } from '../worlds/account.ts';
import { readAccount } from '../worlds/imported.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';
import { BASE, enrichStacks, MIXED } from './rich-stacks.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-stacks-'));
let fork: TestServer;

const MIXED_ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/mixed/11111111-2222-3333-4444-555555555555`;

const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`;

/** Of which the stack is a resource. */
const ABOVE = {
  ParentId: MIXED_ID.replace('mixed/1', 'inner/2'),
  RootId: MIXED_ID.replace('mixed/1', 'outer/3'),
};

/** The answers of an account about a stack that no Latchkey could have made. */
const MIXED_ANSWERS: readonly (readonly [operation: string, input: object, output: object])[] = [
  [
    'DescribeStacks',
    { StackName: MIXED_ID },
    {
      Stacks: [
        {
          StackId: MIXED_ID,
          StackName: 'mixed',
          CreationTime: '2026-01-01T00:00:00Z',
          StackStatus: 'CREATE_COMPLETE',
          ...ABOVE,
          Parameters: [{ ParameterKey: 'Words', ParameterValue: 'plain' }],
          Outputs: [
            { OutputKey: 'FunctionArn', OutputValue: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:resize` },
            { OutputKey: 'Queue', OutputValue: QUEUE },
            { OutputKey: 'Machine', OutputValue: 'at the corner' },
          ],
          Capabilities: ['CAPABILITY_IAM'],
          NotificationARNs: [`arn:aws:sns:${REGION}:${ACCOUNT}:stacks`],
          Tags: [],
        },
      ],
    },
  ],
  ['GetTemplate', { StackName: MIXED_ID, TemplateStage: 'Original' }, { TemplateBody: MIXED }],
  [
    'ListStackResources',
    { StackName: MIXED_ID },
    {
      StackResourceSummaries: [
        ['Function', 'AWS::Lambda::Function', 'resize'],
        ['Role', 'AWS::IAM::Role', 'mixed-role'],
        ['Machine', 'Custom::Machine', 'one'],
        ['Queue', 'AWS::SQS::Queue', 'https://sqs/queue'],
      ].map(([LogicalResourceId, ResourceType, PhysicalResourceId]) => ({
        LogicalResourceId,
        ResourceType,
        PhysicalResourceId,
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: '2026-01-01T00:00:00Z',
      })),
    },
  ],
];

before(async () => {
  const account = await startServerFor(undefined);
  await enrichStacks(account);
  await account.client(IAMClient).send(
    new CreateRoleCommand({
      RoleName: 'mixed-role',
      Description: 'plain',
      AssumeRolePolicyDocument: trust({ Service: 'lambda.amazonaws.com' }),
    }),
  );
  await account.client(IAMClient).send(
    new PutRolePolicyCommand({
      RoleName: 'mixed-role',
      PolicyName: 'queue',
      PolicyDocument: allow('kms:Decrypt'),
    }),
  );
  const into = { reads: new Reads(), history: new History() };
  await readAccount(account, into);
  await account.close();
  for (const [operation, input, output] of MIXED_ANSWERS) {
    const asked = `cloudformation:${operation}`;
    into.reads.add({
      operation: asked,
      account: ACCOUNT,
      region: REGION,
      input: { ...input },
      at: '2026-01-02T00:00:00Z',
      from: 'aws',
      output: describedOutput(asked, output),
    });
  }
  saveSnapshot(join(folder, 'account'), into);
  fork = await startServerFor(undefined, servingOptions(join(folder, 'account'), true));
});
after(async () => {
  await fork.close();
  rmSync(folder, { recursive: true });
});

const client = () => fork.client(cloudformation.CloudFormationClient);
const Capabilities: cloudformation.Capability[] = ['CAPABILITY_IAM'];

async function stackNamed(StackName: string): Promise<cloudformation.Stack | undefined> {
  const { Stacks = [] } = await client().send(new cloudformation.DescribeStacksCommand({ StackName }));
  return Stacks[0];
}

/** The status that it comes to. */
async function updated(StackName: string, input: Omit<cloudformation.UpdateStackInput, 'StackName'>) {
  await client().send(new cloudformation.UpdateStackCommand({ StackName, Capabilities, ...input }));
  await fork.settled();
  return (await stackNamed(StackName))?.StackStatus;
}

async function resourcesOf(StackName: string): Promise<cloudformation.StackResource[]> {
  const asked = new cloudformation.DescribeStackResourcesCommand({ StackName });
  return (await client().send(asked)).StackResources ?? [];
}

const physicalId = async (StackName: string, logicalId: string) =>
  (await resourcesOf(StackName)).find(({ LogicalResourceId }) => LogicalResourceId === logicalId)
    ?.PhysicalResourceId;

async function failureOf(StackName: string): Promise<string> {
  const { StackEvents = [] } = await client().send(
    new cloudformation.DescribeStackEventsCommand({ StackName }),
  );
  return (
    StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'UPDATE_FAILED')?.ResourceStatusReason ?? ''
  );
}

const refused = (call: Promise<unknown>, message: RegExp) =>
  assert.rejects(call, (error: Error) => error.name === 'ValidationError' && message.test(error.message));

const Parameters = [{ ParameterKey: 'Password', UsePreviousValue: true }];

describe('a stack of a fork', () => {
  test('is what its own template makes of it, left-out secrets too', async () => {
    await refused(updated('base', { TemplateBody: BASE, Parameters }), /^No updates are to be performed\.$/);
    await refused(
      updated('base', { UsePreviousTemplate: true, Parameters }),
      /^No updates are to be performed\.$/,
    );
  });

  test('changes in place what a new template changes, and nothing else', async () => {
    const before = await resourcesOf('base');
    const TemplateBody = BASE.replace(`'of \${Team}'`, `'now of \${Team}'`);
    assert.equal(await updated('base', { TemplateBody, Parameters }), 'UPDATE_COMPLETE');
    const after = await resourcesOf('base');
    assert.deepEqual(
      after.map(({ PhysicalResourceId }) => PhysicalResourceId),
      before.map(({ PhysicalResourceId }) => PhysicalResourceId),
    );
    assert.deepEqual(
      after.flatMap(({ ResourceStatus, LogicalResourceId }) =>
        ResourceStatus === 'UPDATE_COMPLETE' ? [LogicalResourceId] : [],
      ),
      ['Key'],
    );
    const KeyId = await physicalId('base', 'Key');
    const { KeyMetadata } = await fork.client(KMSClient).send(new DescribeKeyCommand({ KeyId }));
    assert.equal(KeyMetadata?.Description, 'now of storage');
  });

  test('is changed by a change set, as far as its stack policy lets it', async () => {
    const named = { StackName: 'base', ChangeSetName: 'renaming' };
    const { TemplateBody: present } = await client().send(
      new cloudformation.GetTemplateCommand({ StackName: 'base' }),
    );
    const TemplateBody = present?.replace('alias/base', 'alias/new');
    await client().send(
      new cloudformation.CreateChangeSetCommand({ ...named, TemplateBody, Parameters, Capabilities }),
    );
    const { Changes = [] } = await client().send(new cloudformation.DescribeChangeSetCommand(named));
    assert.deepEqual(
      Changes.map(({ ResourceChange: change }) => [change?.LogicalResourceId, change?.Replacement]),
      [['Alias', 'True']],
    );
    await client().send(new cloudformation.ExecuteChangeSetCommand(named));
    await fork.settled();
    assert.match(await failureOf('base'), /denied by stack policy/);
    assert.equal((await stackNamed('base'))?.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  });

  test('takes the value of a hidden parameter as a change, for nobody knows what it was', async () => {
    const given = [{ ParameterKey: 'Password', ParameterValue: 'another' }];
    const TemplateBody = BASE.replace(`'of \${Team}'`, `'now of \${Team}'`);
    assert.equal(await updated('base', { TemplateBody, Parameters: given }), 'UPDATE_COMPLETE');
    const { Parameter } = await fork.client(SSMClient).send(new GetParameterCommand({ Name: '/base/note' }));
    assert.equal(Parameter?.Value, 'another');
  });

  test('does not go while another imports what it exports', async () => {
    await client().send(new cloudformation.DeleteStackCommand({ StackName: 'base' }));
    await fork.settled();
    const { StackStatus, StackStatusReason = '' } = (await stackNamed('base')) ?? {};
    assert.equal(StackStatus, 'DELETE_FAILED');
    assert.match(StackStatusReason, /base-key cannot be deleted as it is in use by using/);
  });

  test('goes with its resources', async () => {
    const unprotected = { StackName: 'using', EnableTerminationProtection: false };
    await client().send(new cloudformation.UpdateTerminationProtectionCommand(unprotected));
    const VolumeIds = [(await physicalId('using', 'Volume')) as string];
    await client().send(new cloudformation.DeleteStackCommand({ StackName: 'using' }));
    await fork.settled();
    await assert.rejects(
      fork.client(EC2Client).send(new DescribeVolumesCommand({ VolumeIds })),
      (error: Error) => error.name === 'InvalidVolume.NotFound',
    );
  });
});

describe('what Latchkey does not serve', () => {
  test('is in the stack by its name, as the account says that it is', async () => {
    assert.deepEqual(
      (await resourcesOf('mixed')).map((each) => [each.LogicalResourceId, each.PhysicalResourceId]),
      [
        ['Function', 'resize'],
        ['Machine', 'one'],
        ['Queue', 'https://sqs/queue'],
        ['Role', 'mixed-role'],
      ],
    );
    assert.deepEqual((await stackNamed('mixed'))?.NotificationARNs, [
      `arn:aws:sns:${REGION}:${ACCOUNT}:stacks`,
    ]);
    const { ParentId, RootId } = (await stackNamed('mixed')) ?? {};
    assert.deepEqual({ ParentId, RootId }, ABOVE);
  });

  test('stays while the rest is changed, and so does what it gave', async () => {
    const Parameters = [{ ParameterKey: 'Words', ParameterValue: 'other' }];
    assert.equal(await updated('mixed', { TemplateBody: MIXED, Parameters }), 'UPDATE_COMPLETE');
    const { Role } = await fork.client(IAMClient).send(new GetRoleCommand({ RoleName: 'mixed-role' }));
    assert.equal(Role?.Description, 'other');
    assert.deepEqual(
      (await stackNamed('mixed'))?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
      [
        ['FunctionArn', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:resize`],
        ['Queue', QUEUE],
        ['Machine', 'at the corner'],
      ],
    );
  });

  test('is refused by name where an update touches it', async () => {
    const TemplateBody = MIXED.replace('Handler: one', 'Handler: two');
    const sentence = /^Resource Function of type AWS::Lambda::Function .* changes its Handler\. /;
    await refused(updated('mixed', { TemplateBody }), sentence);
    const named = { StackName: 'mixed', ChangeSetName: 'touching' };
    await refused(
      client().send(new cloudformation.CreateChangeSetCommand({ ...named, TemplateBody, Capabilities })),
      sentence,
    );
    const adding = `${MIXED.replace('Outputs:', '  Topic: {Type: "AWS::SNS::Topic"}\nOutputs:')}`;
    await refused(
      updated('mixed', { TemplateBody: adding }),
      /Unrecognized resource types: \[AWS::SNS::Topic\]/,
    );
  });

  test('fails what would need a value of it that was not read', async () => {
    const TemplateBody = MIXED.replace("Action: 'kms:Decrypt'", "Action: 'kms:*'");
    assert.equal(await updated('mixed', { TemplateBody }), 'UPDATE_ROLLBACK_COMPLETE');
    assert.match(await failureOf('mixed'), /Property Policies takes Machine\.Arn, which was not read/);
  });

  test('goes with its stack', async () => {
    await client().send(new cloudformation.DeleteStackCommand({ StackName: 'mixed' }));
    await fork.settled();
    assert.equal((await stackNamed(MIXED_ID))?.StackStatus, 'DELETE_COMPLETE');
    await assert.rejects(
      fork.client(IAMClient).send(new GetRoleCommand({ RoleName: 'mixed-role' })),
      (error: Error) => error.name === 'NoSuchEntityException',
    );
  });
});
