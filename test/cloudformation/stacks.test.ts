/** Stacks from their creation to their deletion, as clients see them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import { DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeKeyCommand,
  DisableKeyCommand,
  KMSClient,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import { emittedEvents, userWith } from '../worlds/account.ts';
import { imageOf } from '../worlds/ec2.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks, stacksOf } from '../worlds/stacks.ts';

const ZONE = 'us-east-1a';

const template = (properties: object = {}) => ({
  Description: 'a volume under a key',
  Parameters: {
    SizeGiB: { Type: 'Number', Default: 8 },
    Password: { Type: 'String', NoEcho: true, Default: 'hush' },
  },
  Resources: {
    Key: { Type: 'AWS::KMS::Key', Properties: { PendingWindowInDays: 7 } },
    Alias: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/stacked', TargetKeyId: { Ref: 'Key' } },
    },
    Volume: {
      Type: 'AWS::EC2::Volume',
      Properties: {
        AvailabilityZone: { 'Fn::Select': ['0', { 'Fn::GetAZs': '' }] },
        Size: { Ref: 'SizeGiB' },
        Encrypted: 'true',
        KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
        ...properties,
      },
    },
  },
  Outputs: { VolumeId: { Value: { Ref: 'Volume' } }, KeyArn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
});

const volumeOnly = (properties: object) => ({
  Resources: {
    Volume: { Type: 'AWS::EC2::Volume', Properties: { AvailabilityZone: ZONE, Size: 1, ...properties } },
  },
});

describe('a stack', () => {
  let server: TestServer;
  let stacks: Stacks;
  shareStacks((world) => {
    ({ server, stacks } = world);
  });

  const OF_A_STACK: readonly ((StackName: string) => Promise<unknown>)[] = [
    (StackName) => stacks.client.send(new cf.DescribeStacksCommand({ StackName })),
    (StackName) => stacks.client.send(new cf.UpdateStackCommand({ StackName, TemplateBody: '{}' })),
    (StackName) => stacks.client.send(new cf.DeleteStackCommand({ StackName })),
    (StackName) => stacks.client.send(new cf.DescribeStackEventsCommand({ StackName })),
    (StackName) => stacks.client.send(new cf.GetTemplateCommand({ StackName })),
  ];
  const TemplateBody = JSON.stringify(volumeOnly({}));
  const MAKING: readonly ((StackName: string) => Promise<unknown>)[] = [
    (StackName) => stacks.client.send(new cf.CreateStackCommand({ StackName, TemplateBody })),
    (StackName) =>
      stacks.client.send(
        new cf.CreateChangeSetCommand({
          StackName,
          ChangeSetName: 'c',
          ChangeSetType: 'CREATE',
          TemplateBody,
        }),
      ),
  ];

  test('has a name of letters, digits and hyphens, 128 at most, and by no other is one looked for', async () => {
    const invalid =
      /^1 validation error detected: Value '.+' at 'stackName' failed to satisfy constraint: Member must /;
    for (const call of [...OF_A_STACK, ...MAKING]) {
      for (const name of ['my_stack', '1st', 'a/b', 'a b', '*']) {
        const { code, message } = await refusal(call(name));
        assert.equal(code, 'ValidationError', message);
        assert.match(message, invalid);
        assert.match(message, /satisfy regular expression pattern: \(?\[a-zA-Z\]/);
      }
    }
    for (const make of MAKING) {
      const { message } = await refusal(make('a'.repeat(129)));
      assert.match(message, invalid);
      assert.match(message, /Member must have length less than or equal to 128$/);
    }
    await MAKING[0]!('a'.repeat(128));
    await MAKING[1]!('b'.repeat(128));
  });

  test('tells EventBridge what its own events tell, under the token of the request', async () => {
    const ClientRequestToken = 'of-mine';
    const group = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/told' } };
    // The second finds its name taken: what fails has its reason.
    const Resources = { First: group, Second: { ...group, DependsOn: 'First' } };
    const { StackId = '' } = await stacks.create('told', { Resources }, { ClientRequestToken });
    const { StackEvents = [] } = await stacks.client.send(
      new cf.DescribeStackEventsCommand({ StackName: StackId }),
    );
    const told = (await emittedEvents(server)).filter(({ resources }) => resources.includes(StackId));
    const expected = StackEvents.reverse().map((event) => {
      const detail = {
        'stack-id': StackId,
        'status-details': {
          status: event.ResourceStatus,
          'status-reason': event.ResourceStatusReason ?? '',
        },
        'client-request-token': ClientRequestToken,
      };
      const ofResource = {
        'logical-resource-id': event.LogicalResourceId,
        'physical-resource-id': event.PhysicalResourceId ?? '',
        'resource-type': event.ResourceType,
      };
      return event.ResourceType === 'AWS::CloudFormation::Stack'
        ? ['CloudFormation Stack Status Change', detail]
        : ['CloudFormation Resource Status Change', { ...detail, ...ofResource }];
    });
    assert.deepEqual(
      told.map(({ 'detail-type': type, detail }) => [type, detail]),
      expected,
    );
    assert.ok(
      StackEvents.some(
        ({ ResourceStatus, ResourceStatusReason: why }) => ResourceStatus === 'CREATE_FAILED' && why,
      ),
    );
    assert.ok(told.every(({ source }) => source === 'aws.cloudformation'));
  });

  test('says of what failed why, and of its template what it tells of itself', async () => {
    const StackName = 'with-a-failure';
    const Metadata = { owner: 'storage' };
    const Bad = {
      Type: 'AWS::EC2::Volume',
      Properties: { AvailabilityZone: 'us-east-1a', Size: 1, KmsKeyId: 'alias/none', Encrypted: true },
    };
    const made = await stacks.create(
      StackName,
      { Metadata, Resources: { Bad } },
      { OnFailure: 'DO_NOTHING' },
    );
    assert.equal(made.StackStatus, 'CREATE_FAILED');
    const { StackResources: [described] = [] } = await stacks.client.send(
      new cf.DescribeStackResourcesCommand({ StackName }),
    );
    const { StackResourceSummaries: [listed] = [] } = await stacks.client.send(
      new cf.ListStackResourcesCommand({ StackName }),
    );
    const whole = (await stacks.story(StackName)).find((line) => line.startsWith('CREATE_FAILED Bad: '));
    for (const shown of [described, listed])
      assert.equal(`${shown!.ResourceStatus} Bad: ${shown!.ResourceStatusReason}`, whole);
    const summary = await stacks.client.send(new cf.GetTemplateSummaryCommand({ StackName }));
    assert.deepEqual(JSON.parse(summary.Metadata!), Metadata);
  });

  test('has its types listed as often as it has resources of them', async () => {
    const [Group, Key] = [{ Type: 'AWS::Logs::LogGroup' }, { Type: 'AWS::KMS::Key' }];
    const TemplateBody = JSON.stringify({ Resources: { A: Group, B: Key, C: Group } });
    const summary = await stacks.client.send(new cf.GetTemplateSummaryCommand({ TemplateBody }));
    assert.deepEqual(summary.ResourceTypes, [Group.Type, Key.Type, Group.Type]);
    assert.deepEqual(
      summary.ResourceIdentifierSummaries!.map(({ LogicalResourceIds }) => LogicalResourceIds),
      [['A', 'C'], ['B']],
    );
  });

  test('is created in the order of its dependencies, updated in place, and deleted, as AWS tells of it', async () => {
    // Is created in the order of its dependencies, and tells of each step as AWS does.
    {
      const RollbackConfiguration = { MonitoringTimeInMinutes: 5 };
      const stack = await stacks.create('first', template(), {
        Tags: [{ Key: 'team', Value: 'storage' }],
        RollbackConfiguration,
      });
      assert.equal(stack.StackStatus, 'CREATE_COMPLETE');
      assert.deepEqual(stack.RollbackConfiguration, RollbackConfiguration);
      const story = await stacks.story('first');
      assert.deepEqual(story.slice(0, 4), [
        'CREATE_IN_PROGRESS first: User Initiated',
        'CREATE_IN_PROGRESS Key',
        'CREATE_IN_PROGRESS Key: Resource creation Initiated',
        'CREATE_COMPLETE Key',
      ]);
      assert.equal(story.at(-1), 'CREATE_COMPLETE first');
      assert.equal(story.length, 1 + 3 * 3 + 1);
      const [output] = stack.Outputs?.filter(({ OutputKey }) => OutputKey === 'VolumeId') ?? [];
      const { Volumes: [volume] = [] } = await server
        .client(EC2Client)
        .send(new DescribeVolumesCommand({ VolumeIds: [output?.OutputValue as string] }));
      assert.equal(volume?.State, 'available');
      assert.equal(volume?.Size, 8);
      assert.equal(
        volume?.KmsKeyId,
        stack.Outputs?.find(({ OutputKey }) => OutputKey === 'KeyArn')?.OutputValue,
      );
      assert.deepEqual(Object.fromEntries(volume?.Tags?.map(({ Key, Value }) => [Key, Value]) ?? []), {
        'aws:cloudformation:stack-name': 'first',
        'aws:cloudformation:stack-id': stack.StackId,
        'aws:cloudformation:logical-id': 'Volume',
        team: 'storage',
      });
    }
    // Does not show what NoEcho hides.
    {
      const { Stacks: [stack] = [] } = await stacks.client.send(
        new cf.DescribeStacksCommand({ StackName: 'first' }),
      );
      const shown = Object.fromEntries(
        stack?.Parameters?.map((each) => [each.ParameterKey, each.ParameterValue]) ?? [],
      );
      assert.deepEqual(shown, { SizeGiB: '8', Password: '****' });
    }
    // Is updated in place, and only where something is different.
    {
      const volumeId = await stacks.physicalId('first', 'Volume');
      const unchanged = await refusal(stacks.update('first', template()));
      assert.deepEqual(
        [unchanged.code, unchanged.message],
        ['ValidationError', 'No updates are to be performed.'],
      );
      const stack = await stacks.update('first', template(), {
        Parameters: [{ ParameterKey: 'SizeGiB', ParameterValue: '16' }],
      });
      assert.equal(stack.StackStatus, 'UPDATE_COMPLETE');
      assert.equal(stack.RollbackConfiguration?.MonitoringTimeInMinutes, 5, 'what is not given stays');
      assert.equal(await stacks.physicalId('first', 'Volume'), volumeId);
      const story = await stacks.story('first');
      assert.deepEqual(story.slice(-5), [
        'UPDATE_IN_PROGRESS first: User Initiated',
        'UPDATE_IN_PROGRESS Volume',
        'UPDATE_COMPLETE Volume',
        'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS first',
        'UPDATE_COMPLETE first',
      ]);
    }
    // Is deleted, the key scheduled with its window, and still known by its id.
    {
      const keyId = await stacks.physicalId('first', 'Key');
      const stack = await stacks.remove('first');
      assert.equal(stack.StackStatus, 'DELETE_COMPLETE');
      const kms = server.client(KMSClient);
      const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }));
      assert.equal(key?.KeyState, 'PendingDeletion');
      const days = ((key?.DeletionDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
      assert.ok(Math.abs(days - 7) < 0.1, `${days} days`);
      const gone = await refusal(stacks.client.send(new cf.DescribeStacksCommand({ StackName: 'first' })));
      assert.equal(gone.message, 'Stack with id first does not exist');
      const { TagValue } =
        (await kms.send(new ListResourceTagsCommand({ KeyId: keyId }))).Tags?.find(
          ({ TagKey }) => TagKey === 'aws:cloudformation:logical-id',
        ) ?? {};
      assert.equal(TagValue, 'Key');
    }
  });
});

describe('a creation that fails', () => {
  let server: TestServer;
  let stacks: Stacks;
  shareStacks((world) => {
    ({ server, stacks } = world);
  });

  test('for a disabled key: the volume does not stabilize, and all is rolled back', async () => {
    await stacks.create('keys', { Resources: { Key: { Type: 'AWS::KMS::Key' } } });
    const keyId = await stacks.physicalId('keys', 'Key');
    await server.client(KMSClient).send(new DisableKeyCommand({ KeyId: keyId }));
    const stack = await stacks.create('disabled', volumeOnly({ Encrypted: true, KmsKeyId: keyId }));
    assert.equal(stack.StackStatus, 'ROLLBACK_COMPLETE');
    const story = await stacks.story('disabled');
    const failure = story.find((line) => line.startsWith('CREATE_FAILED Volume')) ?? '';
    assert.match(
      failure,
      /^CREATE_FAILED Volume: Resource handler returned message: "Resource of type 'AWS::EC2::Volume' with identifier 'vol-[0-9a-f]{17}' did not stabilize." \(RequestToken: [-0-9a-f]{36}, HandlerErrorCode: NotStabilized\)$/,
    );
    const [, rollback, ...rest] = story.slice(story.indexOf(failure));
    assert.equal(
      rollback,
      'ROLLBACK_IN_PROGRESS disabled: The following resource(s) failed to create: [Volume]. Rollback requested by user.',
    );
    assert.deepEqual(rest, [
      'DELETE_IN_PROGRESS Volume',
      'DELETE_COMPLETE Volume',
      'ROLLBACK_COMPLETE disabled',
    ]);
  });

  test('for a user who may make volumes but not use the key', async () => {
    const kms = server.client(KMSClient);
    await stacks.create('key', { Resources: { Key: { Type: 'AWS::KMS::Key' } } });
    const keyId = await stacks.physicalId('key', 'Key');
    assert.equal((await kms.send(new DescribeKeyCommand({ KeyId: keyId }))).KeyMetadata?.KeyState, 'Enabled');
    const john = await userWith(server, 'john', {
      Effect: 'Allow',
      Action: ['cloudformation:*', 'ec2:*'],
      Resource: '*',
    });
    const stack = await stacksOf(server, john).create(
      'denied',
      volumeOnly({ Encrypted: true, KmsKeyId: keyId }),
    );
    assert.equal(stack.StackStatus, 'ROLLBACK_COMPLETE');
    assert.match((await stacks.story('denied')).join('\n'), /'vol-[0-9a-f]{17}' did not stabilize/);
  });

  test('for a user who may not make keys: the reason is the denial, with the request that was denied', async () => {
    const jane = await userWith(server, 'jane', {
      Effect: 'Allow',
      Action: 'cloudformation:*',
      Resource: '*',
    });
    const stack = await stacksOf(server, jane).create('keyless', {
      Resources: { Key: { Type: 'AWS::KMS::Key' } },
    });
    assert.equal(stack.StackStatus, 'ROLLBACK_COMPLETE');
    const story = (await stacks.story('keyless')).join('\n');
    assert.match(
      story,
      /"User: arn:aws:iam::123456789012:user\/jane is not authorized to perform: kms:CreateKey on resource: \* because no identity-based policy allows the kms:CreateKey action \(Service: Kms, Status Code: 400, Request ID: [-0-9a-f]{36}\) \(SDK Attempt Count: 1\)" \(RequestToken: [-0-9a-f]{36}, HandlerErrorCode: AccessDenied\)/,
    );
    assert.match(story, /DELETE_COMPLETE Key\nROLLBACK_COMPLETE keyless$/);
  });

  test('for a key that cannot encrypt: an asymmetric one', async () => {
    await stacks.create('signing', {
      Resources: {
        Key: { Type: 'AWS::KMS::Key', Properties: { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' } },
      },
    });
    const keyId = await stacks.physicalId('signing', 'Key');
    const stack = await stacks.create('unsuited', volumeOnly({ Encrypted: true, KmsKeyId: keyId }));
    assert.equal(stack.StackStatus, 'ROLLBACK_COMPLETE');
    assert.match((await stacks.story('unsuited')).join('\n'), /CREATE_FAILED Volume: .*did not stabilize/);
  });

  test('for an instance whose disk cannot be had: it dies, and says of what', async () => {
    const Ebs = { Encrypted: true, KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } };
    const stack = await stacks.create('dying', {
      Resources: {
        Key: { Type: 'AWS::KMS::Key', Properties: { Enabled: false } },
        Instance: {
          Type: 'AWS::EC2::Instance',
          Properties: {
            ImageId: await imageOf(server),
            InstanceType: 't3.micro',
            BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }],
          },
        },
      },
    });
    assert.equal(stack.StackStatus, 'ROLLBACK_COMPLETE');
    assert.match(
      (await stacks.story('dying')).join('\n'),
      /CREATE_FAILED Instance: Instance i-[0-9a-f]{17} failed to stabilize\. Current state: (shutting-down|terminated)\. Reason: Client\.InvalidKMSKey\.InvalidState: The KMS key provided is in an incorrect state/,
    );
  });
});

test('a template of the CDK, without its bootstrap version, is deployed as it is', async (t) => {
  const server = await startServerFor(t);
  const synthesized = {
    Resources: {
      VolumeKey8E9A7D9C: {
        Type: 'AWS::KMS::Key',
        Properties: {
          KeyPolicy: {
            Statement: [
              {
                Action: 'kms:*',
                Effect: 'Allow',
                Principal: {
                  AWS: {
                    'Fn::Join': [
                      '',
                      ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root'],
                    ],
                  },
                },
                Resource: '*',
              },
            ],
            Version: '2012-10-17',
          },
        },
        UpdateReplacePolicy: 'Retain',
        DeletionPolicy: 'Retain',
        Metadata: { 'aws:cdk:path': 'Storage/VolumeKey/Resource' },
      },
      Volume2A7CC3F1: {
        Type: 'AWS::EC2::Volume',
        Properties: {
          AvailabilityZone: 'us-east-1a',
          Encrypted: true,
          KmsKeyId: { 'Fn::GetAtt': ['VolumeKey8E9A7D9C', 'Arn'] },
          MultiAttachEnabled: false,
          Size: 10,
          VolumeType: 'gp3',
        },
        UpdateReplacePolicy: 'Retain',
        DeletionPolicy: 'Retain',
      },
      CDKMetadata: {
        Type: 'AWS::CDK::Metadata',
        Properties: { Analytics: 'v2:deflate64:H4sIAAAAAAAA' },
        Metadata: { 'aws:cdk:path': 'Storage/CDKMetadata/Default' },
        Condition: 'CDKMetadataAvailable',
      },
    },
    Conditions: {
      CDKMetadataAvailable: {
        'Fn::Or': [
          { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
          { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
        ],
      },
    },
  };
  const own = stacksOf(server);
  const stack = await own.create('Storage', synthesized);
  assert.equal(stack.StackStatus, 'CREATE_COMPLETE', (await own.story('Storage')).join('\n'));
  const keyId = await own.physicalId('Storage', 'VolumeKey8E9A7D9C');
  assert.equal((await own.remove('Storage')).StackStatus, 'DELETE_COMPLETE');
  const { KeyMetadata } = await server.client(KMSClient).send(new DescribeKeyCommand({ KeyId: keyId }));
  assert.equal(KeyMetadata?.KeyState, 'Enabled');
});
