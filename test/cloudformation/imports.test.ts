/** Resources that were made by hand, or left by another stack, become part of a stack, as they are. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  KMSClient,
  ListAliasesCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, denying, userWith, ZONE } from '../worlds/account.ts';
import { imageOf } from '../worlds/ec2.ts';
import { refusal, type TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks } from '../worlds/stacks.ts';

let server: TestServer;
let stacks: Stacks;
shareStacks((world) => {
  ({ server, stacks } = world);
});

const group = (LogGroupName: string, more: object = {}) => ({
  ...{ Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Retain', Properties: { LogGroupName, ...more } },
});
const groupToImport = (LogicalResourceId: string, LogGroupName: string) => ({
  ...{ ResourceType: 'AWS::Logs::LogGroup', LogicalResourceId, ResourceIdentifier: { LogGroupName } },
});
const toImport = (
  ResourceType: string,
  LogicalResourceId: string,
  ResourceIdentifier: Record<string, string>,
) => ({
  ...{ ResourceType, LogicalResourceId, ResourceIdentifier },
});

const makeGroup = async (logGroupName: string) => {
  await server.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName }));
  return logGroupName;
};

async function changeSet(
  StackName: string,
  Resources: object,
  ResourcesToImport: cf.ResourceToImport[] | undefined,
  more: Partial<cf.CreateChangeSetCommandInput> & { Outputs?: object } = {},
  client = stacks.client,
) {
  const { Outputs, ...input } = more;
  const { Id: ChangeSetName } = await client.send(
    new cf.CreateChangeSetCommand({
      ...{ StackName, ChangeSetName: 'import', ChangeSetType: 'IMPORT', ResourcesToImport },
      TemplateBody: JSON.stringify({ Resources, Outputs }),
      ...input,
    }),
  );
  return stacks.client.send(new cf.DescribeChangeSetCommand({ ChangeSetName }));
}

/** Executed, and as the stack is then. */
async function imported(...asked: Parameters<typeof changeSet>) {
  const { ChangeSetId: ChangeSetName, Status, StatusReason, Changes } = await changeSet(...asked);
  assert.equal(Status, 'CREATE_COMPLETE', StatusReason);
  await stacks.client.send(new cf.ExecuteChangeSetCommand({ ChangeSetName }));
  return { stack: await stacks.settled(asked[0]), changes: Changes };
}

/** Made by hand. */
async function keyWithVolume() {
  const kms = server.client(KMSClient);
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({ Description: 'by hand' }));
  const [KeyId, Arn] = [key?.KeyId as string, key?.Arn as string];
  await kms.send(new CreateAliasCommand({ AliasName: `alias/by-hand/${KeyId}`, TargetKeyId: KeyId }));
  const asked = { AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: Arn };
  const { VolumeId = '' } = await server.client(EC2Client).send(new CreateVolumeCommand(asked));
  await server.settled();
  const resources = {
    Key: { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain', Properties: { Description: 'by hand' } },
    Alias: {
      Type: 'AWS::KMS::Alias',
      DeletionPolicy: 'Delete',
      Properties: { AliasName: `alias/by-hand/${KeyId}`, TargetKeyId: { Ref: 'Key' } },
    },
    Data: {
      Type: 'AWS::EC2::Volume',
      DeletionPolicy: 'Retain',
      Properties: {
        ...{ AvailabilityZone: ZONE, Size: 1, Encrypted: true },
        KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
      },
    },
  };
  const list = [
    toImport('AWS::KMS::Key', 'Key', { KeyId }),
    toImport('AWS::KMS::Alias', 'Alias', { AliasName: `alias/by-hand/${KeyId}` }),
    toImport('AWS::EC2::Volume', 'Data', { VolumeId }),
  ];
  return { KeyId, VolumeId, resources, list };
}

describe('an import', () => {
  test('makes a stack of a key, its alias and a volume, and makes nothing', async () => {
    const { KeyId, VolumeId, resources, list } = await keyWithVolume();
    const { stack, changes } = await imported('by-hand', resources, list, {
      Tags: [{ Key: 'team', Value: 'red' }],
    });
    assert.equal(stack.StackStatus, 'IMPORT_COMPLETE', (await stacks.story('by-hand')).join('\n'));
    assert.deepEqual(changes?.[0], {
      Type: 'Resource',
      ResourceChange: {
        ...{ Action: 'Import', LogicalResourceId: 'Key', PhysicalResourceId: KeyId },
        ...{ ResourceType: 'AWS::KMS::Key', Scope: [], Details: [] },
      },
    });
    const story = await stacks.story('by-hand');
    assert.deepEqual(
      story.filter((line) => !/ (?:Alias|Data)\b/.test(line)),
      [
        'REVIEW_IN_PROGRESS by-hand: User Initiated',
        'IMPORT_IN_PROGRESS by-hand: User Initiated',
        'IMPORT_IN_PROGRESS Key: Resource import started.',
        'IMPORT_COMPLETE Key: Resource import completed.',
        'UPDATE_IN_PROGRESS Key: Apply stack-level tags to imported resource if applicable.',
        'UPDATE_COMPLETE Key',
        'IMPORT_COMPLETE by-hand',
      ],
    );
    assert.equal(await stacks.physicalId('by-hand', 'Data'), VolumeId);
    const { Tags = [] } = await server.client(KMSClient).send(new ListResourceTagsCommand({ KeyId }));
    const tags = Object.fromEntries(Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
    assert.deepEqual([tags.team, tags['aws:cloudformation:logical-id']], ['red', 'Key']);

    const changed = structuredClone(resources);
    changed.Key.Properties.Description = 'by the stack';
    const updated = await stacks.update('by-hand', { Resources: changed });
    assert.equal(updated.StackStatus, 'UPDATE_COMPLETE');
    await stacks.remove('by-hand');
    const { KeyMetadata } = await server.client(KMSClient).send(new DescribeKeyCommand({ KeyId }));
    assert.deepEqual([KeyMetadata?.Description, KeyMetadata?.KeyState], ['by the stack', 'Enabled']);
    const { Aliases } = await server.client(KMSClient).send(new ListAliasesCommand({ KeyId }));
    assert.deepEqual(Aliases, []);
  });

  test('moves what a stack has let go of into another, which goes on as it was', async () => {
    const name = '/moved';
    await stacks.create('from', { Resources: { G: group(name), Rest: group('/rest') } });
    await stacks.update('from', { Resources: { Rest: group('/rest') } });
    await stacks.create('to', { Resources: { Own: group('/own') } });
    const { stack } = await imported('to', { Own: group('/own'), G: group(name) }, [
      groupToImport('G', name),
    ]);
    assert.equal(stack.StackStatus, 'IMPORT_COMPLETE');
    assert.ok(!(await stacks.story('to')).some((line) => /^UPDATE_\w+ Own/.test(line)));
    const { StackStatus } = await stacks.update('to', {
      Resources: { Own: group('/own'), G: group(name, { RetentionInDays: 5 }) },
    });
    assert.equal(StackStatus, 'UPDATE_COMPLETE');
  });

  test('that may not tag leaves the stack and the resource as they were', async () => {
    const name = await makeGroup('/untaggable');
    await stacks.create('kept', { Resources: { Own: group('/kept') } });
    const credentials = await userWith(server, 'untagging', allowing('*'), denying('logs:TagResource'));
    const client = server.client(cf.CloudFormationClient, credentials);
    const Resources = { Own: group('/kept'), G: group(name) };
    const { ChangeSetId: ChangeSetName } = await changeSet(
      'kept',
      Resources,
      [groupToImport('G', name)],
      {},
      client,
    );
    await client.send(new cf.ExecuteChangeSetCommand({ ChangeSetName }));
    const { StackStatus } = await stacks.settled('kept');
    assert.equal(StackStatus, 'IMPORT_ROLLBACK_COMPLETE');
    const story = await stacks.story('kept');
    assert.match(story.find((line) => line.startsWith('UPDATE_FAILED G')) ?? '', /logs:TagResource/);
    assert.deepEqual(story.slice(-4), [
      'IMPORT_ROLLBACK_IN_PROGRESS kept: The following resource(s) failed to update: [G]. ',
      'IMPORT_ROLLBACK_IN_PROGRESS G',
      'IMPORT_ROLLBACK_COMPLETE G',
      'IMPORT_ROLLBACK_COMPLETE kept',
    ]);
    const { StackResources } = await stacks.client.send(
      new cf.DescribeStackResourcesCommand({ StackName: 'kept' }),
    );
    assert.deepEqual(
      StackResources?.map(({ LogicalResourceId: id }) => id),
      ['Own'],
    );
    const again = await imported('kept', Resources, [groupToImport('G', name)]);
    assert.equal(again.stack.StackStatus, 'IMPORT_COMPLETE');
  });

  test('of what went meanwhile makes no stack, which can only be deleted', async () => {
    const asked = { AvailabilityZone: ZONE, Size: 1 };
    const ec2 = server.client(EC2Client);
    const { VolumeId = '' } = await ec2.send(new CreateVolumeCommand(asked));
    await server.settled();
    const Resources = { Data: { Type: 'AWS::EC2::Volume', DeletionPolicy: 'Delete', Properties: asked } };
    const { ChangeSetId: ChangeSetName } = await changeSet('gone', Resources, [
      toImport('AWS::EC2::Volume', 'Data', { VolumeId }),
    ]);
    await ec2.send(new DeleteVolumeCommand({ VolumeId }));
    await server.settled();
    await stacks.client.send(new cf.ExecuteChangeSetCommand({ ChangeSetName }));
    assert.equal((await stacks.settled('gone')).StackStatus, 'IMPORT_ROLLBACK_COMPLETE');
    const { ExecutionStatus } = await stacks.client.send(new cf.DescribeChangeSetCommand({ ChangeSetName }));
    assert.equal(ExecutionStatus, 'EXECUTE_FAILED');
    assert.match((await refusal(stacks.update('gone', { Resources }))).message, /can not be updated/);
    assert.equal((await stacks.remove('gone')).StackStatus, 'DELETE_COMPLETE');
    assert.deepEqual(
      (await ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: 'volume-id', Values: [VolumeId] }] })))
        .Volumes,
      [],
    );
  });

  test('may be allowed for some types alone', async () => {
    const name = await makeGroup('/some-types');
    const credentials = await userWith(server, 'importer', allowing('*'), {
      ...{ Effect: 'Deny', Action: 'cloudformation:CreateChangeSet', Resource: '*' },
      Condition: {
        'ForAnyValue:StringEquals': { 'cloudformation:ImportResourceTypes': 'AWS::Logs::LogGroup' },
      },
    });
    const client = server.client(cf.CloudFormationClient, credentials);
    const asked = changeSet('typed', { G: group(name) }, [groupToImport('G', name)], {}, client);
    assert.equal((await refusal(asked)).code, 'AccessDenied');
  });
});

/** One of each type that can be imported, but those of the tests above. */
const retained = (Type: string, Properties: object = {}) => ({ Type, DeletionPolicy: 'Retain', Properties });
const ref = (Ref: string) => ({ Ref });
const att = (...of: string[]) => ({ 'Fn::GetAtt': of });
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const everyType = (ImageId: string) => ({
  Key: retained('AWS::KMS::Key'),
  Vpc: retained('AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' }),
  Subnet: retained('AWS::EC2::Subnet', {
    VpcId: ref('Vpc'),
    CidrBlock: '10.9.1.0/24',
    AvailabilityZone: ZONE,
  }),
  Gateway: retained('AWS::EC2::InternetGateway'),
  Table: retained('AWS::EC2::RouteTable', { VpcId: ref('Vpc') }),
  Acl: retained('AWS::EC2::NetworkAcl', { VpcId: ref('Vpc') }),
  Firewall: retained('AWS::EC2::SecurityGroup', { GroupDescription: 'f', VpcId: ref('Vpc') }),
  Interface: retained('AWS::EC2::NetworkInterface', { SubnetId: ref('Subnet') }),
  Nat: retained('AWS::EC2::NatGateway', { SubnetId: ref('Subnet'), ConnectivityType: 'private' }),
  Endpoint: retained('AWS::EC2::VPCEndpoint', {
    VpcId: ref('Vpc'),
    ServiceName: 'com.amazonaws.us-east-1.s3',
  }),
  Pair: retained('AWS::EC2::KeyPair', { KeyName: 'imported' }),
  Placement: retained('AWS::EC2::PlacementGroup', { Strategy: 'spread' }),
  Template: retained('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: { ImageId, InstanceType: 't3.micro' },
  }),
  Machine: retained('AWS::EC2::Instance', { ImageId, InstanceType: 't3.micro', SubnetId: ref('Subnet') }),
  Configuration: retained('AWS::AutoScaling::LaunchConfiguration', { ImageId, InstanceType: 't3.micro' }),
  Workers: retained('AWS::AutoScaling::AutoScalingGroup', {
    ...{ MinSize: '0', MaxSize: '0', AvailabilityZones: [ZONE] },
    LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: att('Template', 'LatestVersionNumber') },
  }),
  Role: retained('AWS::IAM::Role', { AssumeRolePolicyDocument: TRUST }),
  Profile: retained('AWS::IAM::InstanceProfile', { Roles: [ref('Role')] }),
  User: retained('AWS::IAM::User'),
  People: retained('AWS::IAM::Group'),
  Policy: retained('AWS::IAM::ManagedPolicy', {
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'kms:List*', Resource: '*' }],
    },
  }),
  Bus: retained('AWS::Events::EventBus', { Name: 'imported' }),
  Rule: retained('AWS::Events::Rule', { EventBusName: ref('Bus'), EventPattern: { source: ['aws.kms'] } }),
  Parameter: retained('AWS::SSM::Parameter', { Type: 'String', Value: 'v' }),
  Alarm: retained('AWS::CloudWatch::Alarm', {
    ...{ MetricName: 'm', Namespace: 'n', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1 },
    ComparisonOperator: 'GreaterThanThreshold',
  }),
});

test('each type that can be imported goes from one stack to another as it is', async () => {
  const Resources = everyType(await imageOf(server));
  const more = { Capabilities: ['CAPABILITY_IAM'] } satisfies Partial<cf.CreateStackCommandInput>;
  const made = await stacks.create('all', { Resources }, more);
  assert.equal(made.StackStatus, 'CREATE_COMPLETE');
  const { StackResources: rows = [] } = await stacks.client.send(
    new cf.DescribeStackResourcesCommand({ StackName: 'all' }),
  );
  const { ResourceIdentifierSummaries: summaries = [] } = await stacks.client.send(
    new cf.GetTemplateSummaryCommand({ StackName: 'all' }),
  );
  await stacks.remove('all');
  const listed = rows.map(
    ({ ResourceType: type = '', LogicalResourceId: id = '', PhysicalResourceId = '' }) => {
      const [identifier = ''] =
        summaries.find((each) => each.ResourceType === type)?.ResourceIdentifiers ?? [];
      const [bus, name] = PhysicalResourceId.split('|');
      const arn = `arn:aws:events:us-east-1:${ACCOUNT}:rule/${bus}/${name}`;
      return toImport(type, id, { [identifier]: type === 'AWS::Events::Rule' ? arn : PhysicalResourceId });
    },
  );
  const { stack } = await imported('all-again', Resources, listed, more);
  assert.equal(stack.StackStatus, 'IMPORT_COMPLETE', (await stacks.story('all-again')).join('\n'));
  const { StackResources: again = [] } = await stacks.client.send(
    new cf.DescribeStackResourcesCommand({ StackName: 'all-again' }),
  );
  const ids = (of: typeof rows) =>
    of.map((each) => `${each.LogicalResourceId} ${each.PhysicalResourceId}`).sort();
  assert.deepEqual(ids(again), ids(rows));
});

describe('with ImportExistingResources', () => {
  const named = (name: string, more: object = {}) => ({
    Type: 'AWS::Logs::LogGroup',
    ...more,
    ...propertiesOf(name),
  });
  const propertiesOf = (LogGroupName: string) => ({ Properties: { LogGroupName } });
  const asked = { ChangeSetType: 'CREATE', ImportExistingResources: true } as const;
  const keep = { DeletionPolicy: 'RetainExceptOnCreate' };

  test('what stands by its name is imported, the rest is made', async () => {
    const name = await makeGroup('/existing');
    const Resources = { Old: named(name, keep), New: named('/new') };
    const { stack, changes = [] } = await imported('auto', Resources, undefined, asked);
    assert.deepEqual(
      changes.map(({ ResourceChange: change }) => [
        change?.LogicalResourceId,
        change?.Action,
        change?.PhysicalResourceId,
      ]),
      [
        ['Old', 'Import', name],
        ['New', 'Add', undefined],
      ],
    );
    assert.equal(stack.StackStatus, 'CREATE_COMPLETE');
    const story = await stacks.story('auto');
    assert.ok(story.includes('IMPORT_COMPLETE Old: Resource import completed.'));
    assert.ok(story.includes('CREATE_COMPLETE New'));
  });

  test('what was imported stays where the rest fails', async () => {
    const name = await makeGroup('/stays');
    const wrong = {
      Type: 'AWS::EC2::Volume',
      DependsOn: 'Old',
      Properties: { AvailabilityZone: 'us-east-1z', Size: 1 },
    };
    const { stack } = await imported('failing', { Old: named(name, keep), Wrong: wrong }, undefined, asked);
    assert.equal(stack.StackStatus, 'ROLLBACK_COMPLETE');
    assert.ok((await stacks.story('failing')).includes('DELETE_SKIPPED Old'));
    await assert.rejects(makeGroup(name), { name: 'ResourceAlreadyExistsException' });
  });

  test('the change set fails where it is not to be retained', async () => {
    const name = await makeGroup('/unretained');
    const { Status, StatusReason } = await changeSet('unretained', { Old: named(name) }, undefined, asked);
    assert.equal(Status, 'FAILED');
    assert.match(StatusReason ?? '', /The affected resources are Old \(\{LogGroupName=\/unretained\}\)$/);
  });
});

describe('a change set of an import fails', () => {
  const reason = async (...asked: Parameters<typeof changeSet>) => {
    const { Status, ExecutionStatus, Changes, StatusReason, ChangeSetId } = await changeSet(...asked);
    assert.deepEqual([Status, ExecutionStatus, Changes], ['FAILED', 'UNAVAILABLE', []]);
    await stacks.client.send(new cf.DeleteChangeSetCommand({ ChangeSetName: ChangeSetId }));
    return StatusReason;
  };

  test('where there is no such resource, or another stack has it', async () => {
    assert.equal(
      await reason('none', { G: group('/none') }, [groupToImport('G', '/none')]),
      "Resource of type 'AWS::Logs::LogGroup' with identifier '/none' was not found.",
    );
    const key = { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain', Properties: {} };
    const KeyId = '00000000-0000-0000-0000-000000000000';
    assert.equal(
      await reason('none', { Key: key }, [toImport('AWS::KMS::Key', 'Key', { KeyId })]),
      `Resource of type 'AWS::KMS::Key' with identifier '${KeyId}' was not found.`,
    );
    const { StackId } = await stacks.create('holder', { Resources: { G: group('/held') } });
    assert.equal(
      await reason('none', { G: group('/held') }, [groupToImport('G', '/held')]),
      `/held already exists in stack ${StackId}`,
    );
  });

  test('where whoever asks may not look', async () => {
    const name = await makeGroup('/unseen');
    const credentials = await userWith(server, 'unseeing', allowing('*'), denying('logs:DescribeLogGroups'));
    const client = server.client(cf.CloudFormationClient, credentials);
    assert.match(
      (await reason('unseen', { G: group(name) }, [groupToImport('G', name)], {}, client)) ?? '',
      /^User: .* is not authorized to perform: logs:DescribeLogGroups .*\(Service: CloudWatchLogs, Status Code: 400, Request ID: /,
    );
  });
});

describe('an import is refused', () => {
  const names = { own: '/refused/own', other: '/refused/other' };
  const [own, other] = [group(names.own), group(names.other)];
  const list = [groupToImport('Other', names.other)];
  before(async () => {
    await makeGroup(names.other);
    await stacks.create('refusing', { Resources: { Own: own }, Outputs: { O: { Value: 'o' } } });
  });

  const ROWS: readonly (readonly [
    string,
    Parameters<typeof changeSet> extends [string, ...infer R] ? R : never,
  ])[] = [
    ['Must Provide at least one resource to import', [{ Own: own, Other: other }, undefined]],
    [
      'Every resource to import must have unique LogicalResourceId',
      [{ Own: own, Other: other }, [...list, ...list]],
    ],
    [
      'The logical resource ids [Missing] provided in ResourceToImport do not exist in the template.',
      [{ Own: own, Other: other }, [groupToImport('Missing', names.other)]],
    ],
    [
      'Invalid resource identifier for resource type AWS::KMS::Key. Expected [KeyId]',
      [{ Own: own, Other: other }, [toImport('AWS::KMS::Key', 'Other', { LogGroupName: names.other })]],
    ],
    [
      'Invalid resource identifier for resource type AWS::Logs::LogGroup. Expected [LogGroupName]',
      [
        { Own: own, Other: other },
        [toImport('AWS::Logs::LogGroup', 'Other', { LogGroupName: names.other, Arn: 'a' })],
      ],
    ],
    [
      'Resource type of [Other] passed in ResourceToImport does not match with resource type defined in the template. ' +
        'Resource type in ResourceToImport: AWS::IAM::Role; Resource type in Template: AWS::Logs::LogGroup.',
      [{ Own: own, Other: other }, [toImport('AWS::IAM::Role', 'Other', { RoleName: 'r' })]],
    ],
    [
      'The template should contain at least one new resource to import.',
      [{ Own: own }, [groupToImport('Own', names.own)]],
    ],
    [
      'Resources [Own] passed in ResourceToImport are already in a stack and cannot be imported.',
      [{ Own: own, Other: other }, [groupToImport('Own', names.own)]],
    ],
    [
      'Resources [New] is missing from ResourceToImport list',
      [{ Own: own, Other: other, New: group('/n') }, list],
    ],
    ...[{ Own: group(names.own, { RetentionInDays: 3 }), Other: other }, { Other: other }].map(
      (resources) =>
        [
          'You have modified resources [Own] in your template that are not being imported. Update, create or delete ' +
            'operations cannot be executed during import operations.',
          [resources, list],
        ] as (typeof ROWS)[number],
    ),
    [
      'The following resources to import [Other] must have DeletionPolicy attribute specified in the template.',
      [{ Own: own, Other: { ...other, DeletionPolicy: undefined } }, list],
    ],
    [
      'As part of the import operation, you cannot modify or add [Outputs, Tags]',
      [
        { Own: own, Other: other },
        list,
        { Outputs: { O: { Value: 'other' } }, Tags: [{ Key: 'a', Value: 'b' }] },
      ],
    ],
    [
      'Latchkey does not serve the import of resources of type AWS::EC2::Route.',
      [{ Own: own, Other: other }, [toImport('AWS::EC2::Route', 'Other', { CidrBlock: '10.0.0.0/8' })]],
    ],
  ];
  for (const [message, asked] of ROWS) {
    test(message.slice(0, 70), async () => {
      const more = { Outputs: { O: { Value: 'o' } }, ...asked[2] };
      const refused = await refusal(changeSet('refusing', asked[0], asked[1], more));
      assert.deepEqual([refused.code, refused.message], ['ValidationError', message]);
      const { Summaries } = await stacks.client.send(new cf.ListChangeSetsCommand({ StackName: 'refusing' }));
      assert.deepEqual(Summaries, []);
    });
  }

  test('and leaves no stack where it was to make one', async () => {
    const unprotected = { ...other, DeletionPolicy: undefined };
    await refusal(changeSet('fresh', { Other: unprotected }, list));
    const { message } = await refusal(
      stacks.client.send(new cf.DescribeStacksCommand({ StackName: 'fresh' })),
    );
    assert.equal(message, 'Stack with id fresh does not exist');
  });
});
