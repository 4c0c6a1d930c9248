/** Updates that change, replace, or fail and go back; change sets; what holds stacks together; whose rights are used. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient, ListAliasesCommand } from '@aws-sdk/client-kms';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { userWith } from '../worlds/account.ts';
import { imageOf } from '../worlds/ec2.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks, stacksOf } from '../worlds/stacks.ts';

const ZONE = 'us-east-1a';
const ALLOW_ALL = { Effect: 'Allow', Action: '*', Resource: '*' };

const key = (properties: object = {}) => ({ Type: 'AWS::KMS::Key', Properties: properties });
const alias = (name: string, target = 'Key') => ({
  Type: 'AWS::KMS::Alias',
  Properties: { AliasName: name, TargetKeyId: { Ref: target } },
});
const volume = (properties: object = {}) => ({
  Type: 'AWS::EC2::Volume',
  Properties: { AvailabilityZone: ZONE, Size: 1, ...properties },
});
const template = (Resources: object, more: object = {}) => ({ Resources, ...more });

let server: TestServer;
let stacks: Stacks;
shareStacks((world) => {
  ({ server, stacks } = world);
});

const since = (story: readonly string[], line: string) => story.slice(story.lastIndexOf(line) + 1);

describe('an update', () => {
  test('replaces what cannot be changed: the new one is there before the old one goes', async () => {
    await stacks.create('replaced', template({ Key: key(), Alias: alias('alias/old') }));
    const stack = await stacks.update('replaced', template({ Key: key(), Alias: alias('alias/new') }));
    assert.equal(stack.StackStatus, 'UPDATE_COMPLETE');
    assert.deepEqual(since(await stacks.story('replaced'), 'UPDATE_IN_PROGRESS replaced: User Initiated'), [
      'UPDATE_IN_PROGRESS Alias: Requested update requires the creation of a new physical resource; hence creating one.',
      'UPDATE_IN_PROGRESS Alias: Resource creation Initiated',
      'UPDATE_COMPLETE Alias',
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS replaced',
      'DELETE_IN_PROGRESS Alias',
      'DELETE_COMPLETE Alias',
      'UPDATE_COMPLETE replaced',
    ]);
    assert.equal(await stacks.physicalId('replaced', 'Alias'), 'alias/new');
    const { Aliases = [] } = await server.client(KMSClient).send(new ListAliasesCommand({}));
    assert.deepEqual(
      Aliases.map(({ AliasName }) => AliasName).filter((name) => /old|new/.test(name ?? '')),
      ['alias/new'],
    );
  });

  for (const [what, before, after] of [
    [
      'the spec of a key',
      key({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }),
      key({ KeySpec: 'RSA_3072', KeyUsage: 'SIGN_VERIFY' }),
    ],
    ['whether a key is multi-Region', key(), key({ MultiRegion: true })],
    ['the encryption of a volume', volume(), volume({ Encrypted: true })],
    ['the zone of a volume', volume(), volume({ AvailabilityZone: 'us-east-1b' })],
  ] as const) {
    test(`of ${what} fails and goes back`, async () => {
      const name = `fixed-${what.replace(/\W+/g, '-')}`;
      await stacks.create(name, template({ Thing: before }));
      const id = await stacks.physicalId(name, 'Thing');
      const stack = await stacks.update(name, template({ Thing: after }));
      assert.equal(stack.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
      const [, failure, ...rest] = since(
        await stacks.story(name),
        `UPDATE_IN_PROGRESS ${name}: User Initiated`,
      );
      assert.match(
        failure ?? '',
        /^UPDATE_FAILED Thing: Resource handler returned message: "Resource of type 'AWS::[A-Z0-9a-z:]+' with identifier '[-a-z0-9]+' is not updatable with parameters provided\." \(RequestToken: [-0-9a-f]{36}, HandlerErrorCode: NotUpdatable\)$/,
      );
      assert.deepEqual(rest, [
        `UPDATE_ROLLBACK_IN_PROGRESS ${name}: The following resource(s) failed to update: [Thing]. `,
        'UPDATE_IN_PROGRESS Thing',
        'UPDATE_COMPLETE Thing',
        `UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS ${name}`,
        `UPDATE_ROLLBACK_COMPLETE ${name}`,
      ]);
      assert.equal(await stacks.physicalId(name, 'Thing'), id);
    });
  }

  test('of what bears a name of its own is refused where it would be replaced', async () => {
    const named = (GroupDescription: string) =>
      template({
        Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupName: 'mine', GroupDescription } },
      });
    await stacks.create('named', named('one'));
    const stack = await stacks.update('named', named('other'));
    assert.equal(stack.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    assert.ok(
      (await stacks.story('named')).includes(
        'UPDATE_FAILED Group: CloudFormation cannot update a stack when a custom-named resource requires replacing. ' +
          'Rename mine and update the stack again.',
      ),
    );
  });

  test('moves users and groups to another path without replacing them, and marks no user', async () => {
    const within = (Path: string) =>
      template({
        User: { Type: 'AWS::IAM::User', Properties: { UserName: 'mover', Path } },
        Group: { Type: 'AWS::IAM::Group', Properties: { GroupName: 'movers', Path } },
      });
    const Capabilities: cf.Capability[] = ['CAPABILITY_NAMED_IAM'];
    const Tags = [{ Key: 'team', Value: 'red' }];
    await stacks.create('moved', within('/'), { Capabilities, Tags });
    const iam = server.client(IAMClient);
    const before = await iam.send(new GetUserCommand({ UserName: 'mover' }));
    const stack = await stacks.update('moved', within('/there/'), { Capabilities, Tags });
    assert.equal(stack.StackStatus, 'UPDATE_COMPLETE');
    const { User } = await iam.send(new GetUserCommand({ UserName: 'mover' }));
    assert.deepEqual([User?.UserId, User?.Path, User?.Tags], [before.User?.UserId, '/there/', Tags]);
  });

  test('that fails half-way undoes what it did: changes, replacements and additions', async () => {
    const before = template({ Key: key({ Description: 'before' }), Alias: alias('alias/before') });
    await stacks.create('half', before);
    const keyId = await stacks.physicalId('half', 'Key');
    const stack = await stacks.update(
      'half',
      template({
        Key: key({ Description: 'after' }),
        Alias: alias('alias/after'),
        Extra: { ...alias('alias/extra'), DependsOn: 'Alias' },
        Bad: { ...volume({ Encrypted: false, KmsKeyId: 'alias/extra' }), DependsOn: 'Extra' },
      }),
    );
    assert.equal(stack.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    const story = (await stacks.story('half')).join('\n');
    assert.match(
      story,
      /CREATE_FAILED Bad: .*The parameter \[KmsKeyId\] requires the parameter Encrypted to be set/,
    );
    assert.match(
      story,
      /UPDATE_ROLLBACK_IN_PROGRESS half: The following resource\(s\) failed to create: \[Bad\]\. /,
    );
    const kms = server.client(KMSClient);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }));
    assert.equal(KeyMetadata?.Description, 'before');
    const { Aliases = [] } = await kms.send(new ListAliasesCommand({ KeyId: keyId }));
    assert.deepEqual(
      Aliases.map(({ AliasName }) => AliasName),
      ['alias/before'],
    );
    const { StackResources } = await stacks.client.send(
      new cf.DescribeStackResourcesCommand({ StackName: 'half' }),
    );
    assert.deepEqual(
      StackResources?.map(({ LogicalResourceId: id, ResourceStatus: status }) => `${id} ${status}`).sort(),
      ['Alias UPDATE_COMPLETE', 'Key UPDATE_COMPLETE'],
    );
  });

  test('that could not delete what it replaced leaves it, and no later rollback brings it back', async () => {
    const ec2 = server.client(EC2Client);
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'user-of-it', Description: 'outside the stack' }),
    );
    const group = (GroupDescription: string, more: object = {}) =>
      template({ Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription } }, ...more });
    await stacks.create('leftover', group('first'));
    const first = await stacks.physicalId('leftover', 'Group');
    const reference = { GroupId, SourceSecurityGroupName: first };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(reference));
    const updated = await stacks.update('leftover', group('second'));
    assert.deepEqual(
      [updated.StackStatus, updated.StackStatusReason],
      ['UPDATE_COMPLETE', 'Update successful. One or more resources could not be deleted.'],
    );
    const second = await stacks.physicalId('leftover', 'Group');
    const bad = { Bad: volume({ SnapshotId: 'snap-0123456789abcdef0' }) };
    assert.equal(
      (await stacks.update('leftover', group('second', bad))).StackStatus,
      'UPDATE_ROLLBACK_COMPLETE',
    );
    assert.equal(await stacks.physicalId('leftover', 'Group'), second);
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await stacks.remove('leftover');
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
    assert.deepEqual(
      SecurityGroups.filter(({ GroupName }) => GroupName === first || GroupName === second),
      [],
    );
  });

  test('may be of the stack’s tags, outputs or metadata alone, but of nothing it may not', async () => {
    const goal = (more: object = {}) =>
      template(
        { Key: { ...key(), Metadata: { is: 'kept' } } },
        { Outputs: { Out: { Value: 'a' } }, ...more },
      );
    const Tags = [{ Key: 'stage', Value: 'one' }];
    await stacks.create('alike', goal(), { Tags });
    const other = template({ Key: { ...key(), Metadata: { is: 'other' } } });
    const changes: [string, object, Partial<cf.UpdateStackCommandInput>][] = [
      ['a tag', goal(), { Tags: [{ Key: 'stage', Value: 'two' }] }],
      ['no tags', goal(), { Tags: [] }],
      ['an output', goal({ Outputs: { Out: { Value: 'b' } } }), {}],
      ['metadata', other, {}],
    ];
    for (const [what, changed, more] of changes) {
      assert.equal((await stacks.update('alike', changed, more)).StackStatus, 'UPDATE_COMPLETE', what);
      const same = await refusal(stacks.update('alike', changed, more));
      assert.equal(same.message, 'No updates are to be performed.', what);
    }
  });

  test('that a stack policy forbids fails', async () => {
    await stacks.create('protected', template({ Key: key() }), {
      StackPolicyBody: JSON.stringify({
        Statement: [
          { Effect: 'Deny', Action: 'Update:*', Principal: '*', Resource: 'LogicalResourceId/Key' },
          { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' },
        ],
      }),
    });
    const stack = await stacks.update('protected', template({ Key: key({ Description: 'other' }) }));
    assert.equal(stack.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    assert.match(
      (await stacks.story('protected')).join('\n'),
      /UPDATE_FAILED Key: Action denied by stack policy: Statement \[#1\]/,
    );
  });

  test('that removes a resource deletes it, unless its policy retains it', async () => {
    await stacks.create(
      'less',
      template({ Key: key(), Kept: { ...key(), DeletionPolicy: 'Retain' }, Alias: alias('alias/less') }),
    );
    const keptId = await stacks.physicalId('less', 'Kept');
    const stack = await stacks.update('less', template({ Key: key() }));
    assert.equal(stack.StackStatus, 'UPDATE_COMPLETE');
    const story = await stacks.story('less');
    assert.ok(story.includes('DELETE_SKIPPED Kept'));
    assert.ok(story.includes('DELETE_COMPLETE Alias'));
    const { KeyMetadata } = await server.client(KMSClient).send(new DescribeKeyCommand({ KeyId: keptId }));
    assert.equal(KeyMetadata?.KeyState, 'Enabled');
  });
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
describe('what becomes of a resource, by its DeletionPolicy,', () => {
  const POLICIES: readonly (string | undefined)[] = [undefined, 'Delete', 'Retain', 'RetainExceptOnCreate'];
  const parameter = (Name: string, more: object = {}) => ({
    Type: 'AWS::SSM::Parameter',
    Properties: { Name, Type: 'String', Value: 'v' },
    ...more,
  });
  const names = POLICIES.map((policy = 'None') => policy);
  /** A parameter with each policy, and one that is there in any case. */
  const ofEach = (stack: string, prefix = '', more: (policy: string) => object = () => ({})) => ({
    Base: parameter(`${stack}-base`),
    ...Object.fromEntries(
      POLICIES.map((DeletionPolicy = 'None') => [
        DeletionPolicy,
        parameter(`${stack}-${prefix}${DeletionPolicy}`, {
          ...(DeletionPolicy !== 'None' && { DeletionPolicy }),
          ...more(DeletionPolicy),
        }),
      ]),
    ),
  });
  /** UpdateReplacePolicy contradicts DeletionPolicy: it alone decides what becomes of what is replaced. */
  const contrary = (policy: string) => ({
    UpdateReplacePolicy: /Retain/.test(policy) ? 'Delete' : 'Retain',
  });
  const failing = (...others: string[]) => ({
    Bad: { ...alias('alias/aws/bad', 'Base'), DependsOn: others },
  });
  const namesOf = async (stack: string) => {
    const filter = { Key: 'Name', Option: 'BeginsWith', Values: [`${stack}-`] };
    const { Parameters = [] } = await server
      .client(SSMClient)
      .send(new DescribeParametersCommand({ ParameterFilters: [filter] }));
    return Parameters.map(({ Name = '' }) => Name.slice(stack.length + 1)).sort();
  };
  const only = (stack: string) => template({ Base: parameter(`${stack}-base`) });
  const retaining = { RetainExceptOnCreate: true };

  for (const [when, stack, left, act] of [
    [
      'where its stack is deleted',
      'deleted',
      ['Retain', 'RetainExceptOnCreate'],
      async (name: string) => {
        await stacks.create(name, template(ofEach(name)), retaining);
        return stacks.remove(name);
      },
    ],
    [
      'where the update that takes it out succeeds',
      'removed',
      ['Retain', 'RetainExceptOnCreate', 'base'],
      async (name: string) => {
        await stacks.create(name, template(ofEach(name)));
        return stacks.update(name, only(name), retaining);
      },
    ],
    [
      'where its creation is rolled back',
      'undone',
      ['Retain'],
      (name: string) => stacks.create(name, template({ ...ofEach(name), ...failing(...names) })),
    ],
    [
      'where its creation is rolled back and nothing new is to be retained',
      'undone-all',
      [],
      (name: string) => stacks.create(name, template({ ...ofEach(name), ...failing(...names) }), retaining),
    ],
    [
      'where the update that brought it is rolled back',
      'brought',
      ['Retain', 'base'],
      async (name: string) => {
        await stacks.create(name, only(name));
        return stacks.update(name, template({ ...ofEach(name), ...failing(...names) }));
      },
    ],
    [
      'where the update that brought it is rolled back and nothing new is to be retained',
      'brought-all',
      ['base'],
      async (name: string) => {
        await stacks.create(name, only(name));
        return stacks.update(name, template({ ...ofEach(name), ...failing(...names) }), retaining);
      },
    ],
    [
      'where the update that replaced it is rolled back: the replacement never stays',
      'replaced-not',
      [...names, 'base'].sort(),
      async (name: string) => {
        await stacks.create(name, template(ofEach(name)));
        return stacks.update(name, template({ ...ofEach(name, 'new-', contrary), ...failing(...names) }));
      },
    ],
    [
      'where an update replaces it: its UpdateReplacePolicy decides',
      'replaced-well',
      ['Delete', 'None', 'base', ...names.map((each) => `new-${each}`)].sort(),
      async (name: string) => {
        await stacks.create(name, template(ofEach(name, '', contrary)));
        return stacks.update(name, template(ofEach(name, 'new-', contrary)));
      },
    ],
  ] as const) {
    test(when, async () => {
      await act(`fate-${stack}`);
      assert.deepEqual(await namesOf(`fate-${stack}`), left);
    });
  }
});

describe('a creation', () => {
  test('that fails with DO_NOTHING leaves what there is, and may be rolled back later', async () => {
    const failed = await stacks.create(
      'left',
      template({ Key: key(), Bad: { ...volume({ KmsKeyId: { Ref: 'Key' } }) } }),
      { OnFailure: 'DO_NOTHING' },
    );
    assert.equal(failed.StackStatus, 'CREATE_FAILED');
    assert.equal(failed.StackStatusReason, 'The following resource(s) failed to create: [Bad]. ');
    await stacks.client.send(new cf.RollbackStackCommand({ StackName: 'left' }));
    assert.equal((await stacks.settled('left')).StackStatus, 'ROLLBACK_COMPLETE');
  });

  test('of a log group with two index policies fails', async () => {
    const FieldIndexPolicies = [{ Fields: ['a'] }, { Fields: ['b'] }];
    await stacks.create(
      'indexed',
      template({ Log: { Type: 'AWS::Logs::LogGroup', Properties: { FieldIndexPolicies } } }),
    );
    assert.match(
      (await stacks.story('indexed')).join('\n'),
      /CREATE_FAILED Log: .*FieldIndexPolicies must have no more than one policy/,
    );
  });

  test('that fails with DELETE leaves nothing', async () => {
    const failed = await stacks.create('swept', template({ Bad: volume({ KmsKeyId: 'alias/none' }) }), {
      OnFailure: 'DELETE',
    });
    assert.equal(failed.StackStatus, 'DELETE_COMPLETE');
  });

  test('with properties that the type does not have fails as the schema says', async () => {
    await stacks.create(
      'invalid',
      template({
        Bad: volume({ Size: 'large', Colour: 'red', Encrypted: true }),
        Other: volume({ Sizes: 1 }),
      }),
    );
    const story = (await stacks.story('invalid')).join('\n');
    assert.match(
      story,
      /CREATE_FAILED Bad: Properties validation failed for resource Bad with message:\n\[#\/Size: expected type: Integer, found: String, #: extraneous key \[Colour\] is not permitted\]/,
    );
    assert.match(
      story,
      /ROLLBACK_IN_PROGRESS invalid: Validation failed for following resources: \[.*Bad.*\]\. Rollback requested by user\./,
    );
  });

  test('with values outside of what the type allows fails as the schema says', async () => {
    const alias = { AliasName: 'app', TargetKeyId: '' };
    const failed = (keyword: string) => `failed validation constraint for keyword [${keyword}]`;
    const cases = [
      [
        key({ PendingWindowInDays: 6, RotationPeriodInDays: 2561 }),
        `#/PendingWindowInDays: ${failed('minimum')}, #/RotationPeriodInDays: ${failed('maximum')}`,
      ],
      [
        key({ PendingWindowInDays: 31, Description: 'x'.repeat(8193) }),
        `#/PendingWindowInDays: ${failed('maximum')}, #/Description: expected maxLength: 8192, actual: 8193`,
      ],
      [
        key({ KeyUsage: 'DECRYPT' }),
        `#/KeyUsage: #: only 1 subschema matches out of 2, #/KeyUsage: ${failed('enum')}`,
      ],
      [
        { Type: 'AWS::KMS::Alias', Properties: alias },
        `#/AliasName: ${failed('pattern')}, #/TargetKeyId: expected minLength: 1, actual: 0`,
      ],
    ] as const;
    for (const [index, [Bad, problems]] of cases.entries()) {
      await stacks.create(`outside-${index}`, template({ Bad }));
      const story = (await stacks.story(`outside-${index}`)).join('\n');
      assert.ok(
        story.includes(
          `CREATE_FAILED Bad: Properties validation failed for resource Bad with message:\n[${problems}]`,
        ),
        story,
      );
    }
    const ends = [7, 30].map((PendingWindowInDays) => [
      `Key${PendingWindowInDays}`,
      key({ PendingWindowInDays }),
    ]);
    const within = await stacks.create('within', template(Object.fromEntries(ends)));
    assert.equal(within.StackStatus, 'CREATE_COMPLETE');
  });

  test('with properties that no call could have together fails before any is made', async () => {
    const entry = { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, CidrIp: '10.0.0.0/8' };
    const policy = { PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: ALLOW_ALL } };
    const route = 'Exactly one of [DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId]';
    const cases: readonly (readonly [type: string, message: string, ...properties: object[]])[] = [
      [
        'IAM::Policy',
        'At least one of [Groups,Roles,Users] must be non-empty.',
        policy,
        { ...policy, Groups: [], Roles: [], Users: [] },
      ],
      [
        'EC2::EIPAssociation',
        'Exactly one of AllocationId and EIP must be specified.',
        { InstanceId: 'i-1' },
        { InstanceId: 'i-1', AllocationId: 'eipalloc-1', EIP: '198.51.100.1' },
      ],
      [
        'EC2::Route',
        route,
        { RouteTableId: 'rtb-1', GatewayId: 'igw-1' },
        { RouteTableId: 'rtb-1', DestinationCidrBlock: '0.0.0.0/0', DestinationIpv6CidrBlock: '::/0' },
      ],
      [
        'EC2::VPCGatewayAttachment',
        'Exactly one of InternetGatewayId and VpnGatewayId is required.',
        { VpcId: 'vpc-1' },
        { VpcId: 'vpc-1', InternetGatewayId: 'igw-1', VpnGatewayId: 'vgw-1' },
      ],
      [
        'EC2::SecurityGroup',
        'SecurityGroupEgress cannot be specified without VpcId',
        { GroupDescription: 'g', SecurityGroupEgress: [entry] },
      ],
      ['EC2::SecurityGroupIngress', 'Either GroupId or GroupName is required.', entry],
      [
        'CloudFormation::WaitCondition',
        'Timeout is required with Handle.',
        { Handle: 'https://cloudformation-waitcondition-us-east-1.s3.amazonaws.com/x' },
      ],
    ];
    for (const [of, [type, message, ...each]] of cases.entries())
      for (const [at, Properties] of each.entries()) {
        const name = `contradictory-${of}-${at}`;
        const Bad = { Type: `AWS::${type}`, Properties };
        await stacks.create(name, template({ Bad }), { Capabilities: ['CAPABILITY_IAM'] });
        const story = (await stacks.story(name)).join('\n');
        assert.ok(story.includes('CREATE_FAILED Bad: ') && story.includes(message), story);
      }
  });

  test('asked for again with the same token is the same creation; with another it is refused', async () => {
    const input = {
      StackName: 'token',
      TemplateBody: JSON.stringify(template({ Key: key() })),
      ClientRequestToken: 'one',
    };
    const first = await stacks.client.send(new cf.CreateStackCommand(input));
    const again = await stacks.client.send(new cf.CreateStackCommand(input));
    assert.equal(again.StackId, first.StackId);
    const other = await refusal(
      stacks.client.send(new cf.CreateStackCommand({ ...input, ClientRequestToken: 'two' })),
    );
    assert.deepEqual([other.code, other.message], ['AlreadyExistsException', 'Stack [token] already exists']);
    await stacks.settled('token');
    const changed = { ...input, TemplateBody: JSON.stringify(template({ Key: key(), More: key() })) };
    const used = async (call: Promise<unknown>, token: string) => {
      const { code, message } = await refusal(call);
      assert.equal(code, 'TokenAlreadyExistsException');
      assert.equal(
        message,
        `The client request token ${token} has already been used for this stack. Retry the request with a different ` +
          'client request token',
      );
    };
    const { StackName } = input;
    await used(stacks.client.send(new cf.UpdateStackCommand(changed)), 'one');
    await used(
      stacks.client.send(new cf.DeleteStackCommand({ StackName, ClientRequestToken: 'one' })),
      'one',
    );
    const update = { ...changed, ClientRequestToken: 'three' };
    const updated = await stacks.client.send(new cf.UpdateStackCommand(update));
    assert.deepEqual(
      (await stacks.client.send(new cf.UpdateStackCommand(update))).OperationId,
      updated.OperationId,
    );
    await stacks.settled('token');
    for (const ClientRequestToken of ['one', 'three']) {
      const asked = { StackName, ClientRequestToken };
      await used(stacks.client.send(new cf.DeleteStackCommand(asked)), ClientRequestToken);
      await used(stacks.client.send(new cf.RollbackStackCommand(asked)), ClientRequestToken);
      await used(stacks.client.send(new cf.ContinueUpdateRollbackCommand(asked)), ClientRequestToken);
    }
    await stacks.client.send(new cf.DeleteStackCommand({ StackName, ClientRequestToken: 'four' }));
  });
});

test('what EC2 lists as not changed fails the update', async () => {
  const ImageId = await imageOf(server);
  const box = (more: object = {}) =>
    template({
      Box: { Type: 'AWS::EC2::Instance', Properties: { ImageId, InstanceType: 'm5.large', ...more } },
    });
  await stacks.create('uncredited', box());
  const stack = await stacks.update('uncredited', box({ CreditSpecification: { CPUCredits: 'standard' } }));
  assert.equal(stack.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  const story = (await stacks.story('uncredited')).join('\n');
  assert.match(story, /UPDATE_FAILED Box: .*is of type 'm5\.large', which has no CPU credits\./);
  await stacks.remove('uncredited');
});

describe('deletion', () => {
  test('is refused while termination protection is on', async () => {
    await stacks.create('guarded', template({ Key: key() }), { EnableTerminationProtection: true });
    const refused = await refusal(stacks.remove('guarded'));
    assert.equal(refused.message, 'Stack [guarded] cannot be deleted while TerminationProtection is enabled');
    const off = { StackName: 'guarded', EnableTerminationProtection: false };
    await stacks.client.send(new cf.UpdateTerminationProtectionCommand(off));
    assert.equal((await stacks.remove('guarded')).StackStatus, 'DELETE_COMPLETE');
  });

  test('that fails tells of it, and leaves a resource alone when told to', async () => {
    const keyless = await userWith(server, 'keyless', {
      Effect: 'Allow',
      Action: ['cloudformation:*', 'ec2:DescribeVolumes'],
      Resource: '*',
    });
    await stacks.create('stuck', template({ Volume: volume() }));
    const own = stacksOf(server, keyless);
    const failed = await own.remove('stuck');
    assert.equal(failed.StackStatus, 'DELETE_FAILED');
    assert.equal(failed.StackStatusReason, 'The following resource(s) failed to delete: [Volume]. ');
    assert.equal((await own.remove('stuck', { RetainResources: ['Volume'] })).StackStatus, 'DELETE_COMPLETE');
  });

  test('of a stack that others import from is refused until they no longer do', async () => {
    await stacks.create('giver', {
      ...template({ Key: key() }),
      Outputs: { Key: { Value: { Ref: 'Key' }, Export: { Name: { 'Fn::Sub': `\${AWS::StackName}-key` } } } },
    });
    await stacks.create(
      'taker',
      template({
        Alias: {
          Type: 'AWS::KMS::Alias',
          Properties: { AliasName: 'alias/taken', TargetKeyId: { 'Fn::ImportValue': 'giver-key' } },
        },
      }),
    );
    const { Imports } = await stacks.client.send(new cf.ListImportsCommand({ ExportName: 'giver-key' }));
    assert.deepEqual(Imports, ['taker']);
    const failed = await stacks.remove('giver');
    assert.deepEqual(
      [failed.StackStatus, failed.StackStatusReason],
      ['DELETE_FAILED', 'Export giver-key cannot be deleted as it is in use by taker'],
    );
    await stacks.remove('taker');
    assert.equal((await stacks.remove('giver')).StackStatus, 'DELETE_COMPLETE');
    const { Exports } = await stacks.client.send(new cf.ListExportsCommand({}));
    assert.deepEqual(Exports, []);
  });
});

describe('a change set', () => {
  const changeSet = (name: string, resources: object, type: 'CREATE' | 'UPDATE') =>
    stacks.client.send(
      new cf.CreateChangeSetCommand({
        StackName: 'set',
        ChangeSetName: name,
        ChangeSetType: type,
        TemplateBody: JSON.stringify(template(resources)),
      }),
    );
  const describeSet = (name: string) =>
    stacks.client.send(new cf.DescribeChangeSetCommand({ StackName: 'set', ChangeSetName: name }));

  test('makes a stack, tells what would be replaced and by what it refers to, and fails without changes', async () => {
    {
      const { Id } = await changeSet('first', { Key: key(), Alias: alias('alias/set') }, 'CREATE');
      const { Stacks: [reviewed] = [] } = await stacks.client.send(
        new cf.DescribeStacksCommand({ StackName: 'set' }),
      );
      assert.equal(reviewed?.StackStatus, 'REVIEW_IN_PROGRESS');
      const { Changes: changes = [] } = await describeSet('first');
      assert.deepEqual(
        changes.map(({ ResourceChange: change }) => `${change?.Action} ${change?.LogicalResourceId}`),
        ['Add Key', 'Add Alias'],
      );
      await stacks.client.send(new cf.ExecuteChangeSetCommand({ StackName: 'set', ChangeSetName: 'first' }));
      assert.equal((await stacks.settled('set')).StackStatus, 'CREATE_COMPLETE');
      assert.equal((await describeSet(Id as string)).ExecutionStatus, 'EXECUTE_COMPLETE');
    }
    {
      await changeSet(
        'second',
        { Key: key({ Description: 'new' }), Alias: alias('alias/renamed') },
        'UPDATE',
      );
      const { Changes: changes = [] } = await describeSet('second');
      assert.deepEqual(
        changes.map(({ ResourceChange: change }) => [
          change?.LogicalResourceId,
          change?.Action,
          change?.Replacement,
          change?.Details?.[0]?.Target?.Name,
        ]),
        [
          ['Key', 'Modify', 'False', 'Description'],
          ['Alias', 'Modify', 'True', 'AliasName'],
        ],
      );
    }
    {
      await changeSet('empty', { Key: key(), Alias: alias('alias/set') }, 'UPDATE');
      const { Status, StatusReason, ExecutionStatus } = await describeSet('empty');
      assert.deepEqual([Status, ExecutionStatus], ['FAILED', 'UNAVAILABLE']);
      assert.match(StatusReason ?? '', /^The submitted information didn't contain changes\./);
      const refused = await refusal(
        stacks.client.send(new cf.ExecuteChangeSetCommand({ StackName: 'set', ChangeSetName: 'empty' })),
      );
      assert.equal(refused.code, 'InvalidChangeSetStatus');
    }
  });
});

describe('whose rights', () => {
  test('a stack without a role is made with its caller’s, seen to come through CloudFormation', async () => {
    const builder = await userWith(
      server,
      'builder',
      { Effect: 'Allow', Action: 'cloudformation:*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['kms:*'],
        Resource: '*',
        Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } },
      },
    );
    const stack = await stacksOf(server, builder).create('via', template({ Key: key() }));
    assert.equal(stack.StackStatus, 'CREATE_COMPLETE', (await stacks.story('via')).join('\n'));
    const direct = await refusal(server.client(KMSClient, builder).send(new ListAliasesCommand({})));
    assert.equal(direct.code, 'AccessDeniedException');
    const { Events = [] } = await server.client(CloudTrailClient).send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateKey' }],
      }),
    );
    const event = JSON.parse(Events.find(({ Username }) => Username === 'builder')?.CloudTrailEvent ?? '{}');
    assert.deepEqual(
      [event.userIdentity.type, event.userIdentity.invokedBy, event.sourceIPAddress, event.userAgent],
      ['IAMUser', ...Array(3).fill('cloudformation.amazonaws.com')],
    );
  });

  test('a stack with a role is made with the role’s, which whoever asks must be allowed to pass', async () => {
    const client = server.client(IAMClient);
    const trust = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    };
    const { Role } = await client.send(
      new CreateRoleCommand({ RoleName: 'stacker', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const document = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
    };
    await client.send(
      new PutRolePolicyCommand({
        RoleName: 'stacker',
        PolicyName: 'keys',
        PolicyDocument: JSON.stringify(document),
      }),
    );
    const cloudformation = { Effect: 'Allow', Action: 'cloudformation:*', Resource: '*' };
    const outsider = await userWith(server, 'outsider', cloudformation);
    const roleArn = { RoleARN: Role?.Arn };
    const refused = await refusal(
      stacksOf(server, outsider).create('lent', template({ Key: key() }), roleArn),
    );
    assert.match(
      refused.message,
      /not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role\/stacker/,
    );
    const insider = await userWith(server, 'insider', cloudformation, {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: Role?.Arn,
    });
    const stack = await stacksOf(server, insider).create(
      'lent',
      template({ Key: key(), Volume: volume() }),
      roleArn,
    );
    assert.equal(stack.StackStatus, 'ROLLBACK_COMPLETE');
    const story = (await stacks.story('lent')).join('\n');
    assert.match(story, /CREATE_COMPLETE Key|CREATE_FAILED Key: Resource creation cancelled/);
    assert.match(story, /CREATE_FAILED Volume: .*You are not authorized to perform this operation/);

    // A stack that was made without it is deleted with the rights of a role that the deletion names.
    await stacks.create('own', template({ Volume: volume() }));
    const left = await stacks.remove('own', roleArn);
    assert.deepEqual([left.StackStatus, left.RoleARN], ['DELETE_FAILED', Role?.Arn]);
    await stacks.remove('own', { RetainResources: ['Volume'] });
  });

  test('a role that does not trust CloudFormation is refused at once', async () => {
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    const { Role } = await server
      .client(IAMClient)
      .send(new CreateRoleCommand({ RoleName: 'aloof', AssumeRolePolicyDocument: JSON.stringify(trust) }));
    const refused = await refusal(stacks.create('aloof', template({ Key: key() }), { RoleARN: Role?.Arn }));
    assert.deepEqual(
      [refused.code, refused.message],
      ['ValidationError', `Role ${Role?.Arn} is invalid or cannot be assumed`],
    );
  });

  test('a caller who is deleted meanwhile has no rights left', async () => {
    const client = server.client(IAMClient);
    const leaver = await userWith(server, 'leaver', ALLOW_ALL);
    const waiting = template({
      Instance: {
        Type: 'AWS::EC2::Instance',
        Properties: {
          ImageId: await imageOf(server),
          InstanceType: 't3.micro',
        },
        CreationPolicy: { ResourceSignal: { Timeout: 'PT1H' } },
      },
    });
    await stacksOf(server, leaver).client.send(
      new cf.CreateStackCommand({
        StackName: 'left-behind',
        TemplateBody: JSON.stringify(waiting),
        OnFailure: 'DO_NOTHING',
      }),
    );
    await server.settled();
    // The stack has just looked whether it is done, and looks again only after the user is gone.
    await server.advance(2000);
    await client.send(new DeleteAccessKeyCommand({ UserName: 'leaver', AccessKeyId: leaver.accessKeyId }));
    await client.send(new DeleteUserPolicyCommand({ UserName: 'leaver', PolicyName: 'policy' }));
    await client.send(new DeleteUserCommand({ UserName: 'leaver' }));
    await server.advance(2000);
    const stack = await stacks.settled('left-behind');
    assert.equal(stack.StackStatus, 'CREATE_FAILED');
    assert.match(
      (await stacks.story('left-behind')).join('\n'),
      /CREATE_FAILED Instance: The security token included in the request is invalid/,
    );
  });
});

describe('secrets that templates hand on', () => {
  test('are on no disk in plain text, are not shown in events, and survive a new root key', async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'latchkey-stack-'));
    t.after(() => rmSync(data, { recursive: true, force: true }));
    const secretive = await startServerFor(t, { data, delays: 0 });
    const own = stacksOf(secretive);
    const handedOn = {
      Parameters: { Password: { Type: 'String', NoEcho: true } },
      ...template({
        User: { Type: 'AWS::IAM::User' },
        AccessKey: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: { Ref: 'User' } } },
      }),
      Outputs: {
        Secret: { Value: { 'Fn::GetAtt': ['AccessKey', 'SecretAccessKey'] }, Export: { Name: 'secret' } },
      },
    };
    const stack = await own.create('secrets', handedOn, {
      Capabilities: ['CAPABILITY_IAM'],
      Parameters: [{ ParameterKey: 'Password', ParameterValue: 'correct-horse-battery' }],
    });
    const secret = stack.Outputs?.[0]?.OutputValue as string;
    assert.match(secret, /^[A-Za-z0-9+/]{40}$/);
    await secretive.ask('rekey');
    const { Stacks: [after] = [] } = await own.client.send(
      new cf.DescribeStacksCommand({ StackName: 'secrets' }),
    );
    assert.equal(after?.Outputs?.[0]?.OutputValue, secret);
    const { Exports } = await own.client.send(new cf.ListExportsCommand({}));
    assert.equal(Exports?.[0]?.Value, secret);
    const files = readdirSync(data).filter((name) => name.startsWith('latchkey.db'));
    assert.ok(files.length > 0);
    for (const name of files) {
      const bytes = readFileSync(join(data, name));
      assert.ok(!bytes.includes(secret) && !bytes.includes('correct-horse-battery'), name);
    }
  });

  test('are hidden in what events tell of the resources that get them', async () => {
    await stacks.create(
      'told',
      {
        Parameters: { Password: { Type: 'String', NoEcho: true, Default: 'correct-horse-battery' } },
        ...template({
          User: { Type: 'AWS::IAM::User' },
          AccessKey: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: { Ref: 'User' } } },
          First: key({ Description: { 'Fn::GetAtt': ['AccessKey', 'SecretAccessKey'] } }),
          Second: key({ Description: { Ref: 'Password' } }),
        }),
      },
      { Capabilities: ['CAPABILITY_IAM'] },
    );
    const { StackEvents: events = [] } = await stacks.client.send(
      new cf.DescribeStackEventsCommand({ StackName: 'told' }),
    );
    const told = events.filter(({ LogicalResourceId: id }) => id === 'First' || id === 'Second');
    assert.equal(told.length, 6);
    for (const { ResourceProperties } of told) assert.equal(ResourceProperties, '{"Description":"****"}');
  });
});

describe('a server that stops in the middle', () => {
  test('goes on with its stacks when it starts again', async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'latchkey-stack-'));
    t.after(() => rmSync(data, { recursive: true, force: true }));
    const first = await startServerFor(undefined, { data, delays: 0.2 });
    const user = await userWith(first, 'builder', ALLOW_ALL);
    const resources = {
      Key: key(),
      Volume: volume({ Encrypted: true, KmsKeyId: { Ref: 'Key' } }),
      Alias: alias('alias/durable'),
    };
    await stacksOf(first, user).client.send(
      new cf.CreateStackCommand({ StackName: 'durable', TemplateBody: JSON.stringify(template(resources)) }),
    );
    await first.close();
    const second = await startServerFor(t, { data, delays: 0 });
    const stack = await stacksOf(second).settled('durable');
    assert.equal(stack.StackStatus, 'CREATE_COMPLETE', (await stacksOf(second).story('durable')).join('\n'));
    const { Volumes: volumes = [] } = await second.client(EC2Client).send(new DescribeVolumesCommand({}));
    assert.deepEqual(
      volumes.map(({ State }) => State),
      ['available'],
    );
  });
});
