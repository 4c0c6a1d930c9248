/** Every type of resource: made, read by its attributes, changed and deleted through the services that keep it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as org from '@aws-sdk/client-organizations';
import { imageOf } from '../worlds/ec2.ts';
import { refusal, type TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks, stacksOf } from '../worlds/stacks.ts';

const ZONE = 'us-east-1a';
const SSH_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl someone@example.com';
const READ_KEYS = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:DescribeKey', Resource: '*' }],
};
const TRUST_EC2 = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

let server: TestServer;
let stacks: Stacks;
let imageId: string;
shareStacks(async (world) => {
  ({ server, stacks } = world);
  imageId = await imageOf(server);
});

const outputsOf = (stack: cf.Stack) =>
  Object.fromEntries(stack.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]) ?? []);

const getAtt = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });
const ref = (id: string) => ({ Ref: id });

const identities = (description: string) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: TRUST_EC2,
        Description: description,
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        Policies: [{ PolicyName: 'keys', PolicyDocument: READ_KEYS }],
      },
    },
    Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [ref('Role')] } },
    Group: { Type: 'AWS::IAM::Group', Properties: { ManagedPolicyArns: [ref('Managed')] } },
    User: {
      Type: 'AWS::IAM::User',
      Properties: { Groups: [ref('Group')], LoginProfile: { Password: 'Correct-Horse-1' } },
    },
    Addition: {
      Type: 'AWS::IAM::UserToGroupAddition',
      Properties: { GroupName: ref('Other'), Users: [ref('User')] },
    },
    Other: { Type: 'AWS::IAM::Group' },
    AccessKey: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: ref('User') } },
    Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: READ_KEYS } },
    Inline: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'inline',
        PolicyDocument: READ_KEYS,
        Users: [ref('User')],
        Roles: [ref('Role')],
      },
    },
    Linked: { Type: 'AWS::IAM::ServiceLinkedRole', Properties: { AWSServiceName: 'spot.amazonaws.com' } },
  },
  Outputs: {
    RoleName: { Value: ref('Role') },
    RoleArn: { Value: getAtt('Role', 'Arn') },
    UserName: { Value: ref('User') },
    AccessKeyId: { Value: ref('AccessKey') },
    Secret: { Value: getAtt('AccessKey', 'SecretAccessKey') },
    PolicyArn: { Value: ref('Managed') },
  },
});

const CAPABILITIES = { Capabilities: ['CAPABILITY_IAM'] } satisfies Partial<cf.CreateStackCommandInput>;

describe('identities', () => {
  test('are made under names of the stack, changed in place, and deleted with all that belongs to them', async () => {
    // Are made with all that belongs to them, under names of the stack.
    {
      const stack = await stacks.create('people', identities('first'), CAPABILITIES);
      assert.equal(stack.StackStatus, 'CREATE_COMPLETE', (await stacks.story('people')).join('\n'));
      const outputs = outputsOf(stack);
      assert.match(outputs.RoleName ?? '', /^people-Role-[A-Z0-9]{12}$/);
      assert.match(
        outputs.PolicyArn ?? '',
        /^arn:aws:iam::123456789012:policy\/people-Managed-[A-Z0-9]{12}$/,
      );
      const client = server.client(iam.IAMClient);
      const role = { RoleName: outputs.RoleName as string };
      const { AttachedPolicies } = await client.send(new iam.ListAttachedRolePoliciesCommand(role));
      assert.deepEqual(
        AttachedPolicies?.map(({ PolicyName }) => PolicyName),
        ['AdministratorAccess'],
      );
      const { PolicyNames } = await client.send(new iam.ListRolePoliciesCommand(role));
      assert.deepEqual(PolicyNames, ['inline', 'keys']);
      const { Groups } = await client.send(
        new iam.ListGroupsForUserCommand({ UserName: outputs.UserName as string }),
      );
      assert.equal(Groups?.length, 2);
      // The access key works.
      const own = server.client(iam.IAMClient, {
        accessKeyId: outputs.AccessKeyId as string,
        secretAccessKey: outputs.Secret as string,
      });
      await assert.rejects(own.send(new iam.ListUsersCommand({})), { name: 'AccessDenied' });
    }
    // Are changed in place.
    {
      const before = await stacks.physicalId('people', 'Role');
      const stack = await stacks.update('people', identities('second'), CAPABILITIES);
      assert.equal(stack.StackStatus, 'UPDATE_COMPLETE');
      const { Role } = await server.client(iam.IAMClient).send(new iam.GetRoleCommand({ RoleName: before }));
      assert.equal(Role?.Description, 'second');
    }
    // Are deleted with all that belongs to them, though somebody has taken some of it away.
    {
      const RoleName = await stacks.physicalId('people', 'Role');
      const client = server.client(iam.IAMClient);
      await client.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName: 'keys' }));
      const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
      await client.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }));
      const stack = await stacks.remove('people');
      assert.equal(
        stack.StackStatus,
        'DELETE_COMPLETE',
        (await stacks.story(stack.StackId as string)).join('\n'),
      );
      const { Users } = await server.client(iam.IAMClient).send(new iam.ListUsersCommand({}));
      assert.deepEqual(Users, []);
    }
  });
});

const machines = (instanceType: string, size: number) => ({
  Resources: {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.1.0.0/16', EnableDnsHostnames: true } },
    Subnet: {
      Type: 'AWS::EC2::Subnet',
      Properties: {
        VpcId: ref('Vpc'),
        AvailabilityZone: ZONE,
        CidrBlock: { 'Fn::Select': [1, { 'Fn::Cidr': [getAtt('Vpc', 'CidrBlock'), 4, 8] }] },
      },
    },
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'web',
        VpcId: ref('Vpc'),
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }],
      },
    },
    Ingress: {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        GroupId: ref('Group'),
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        SourceSecurityGroupId: ref('Group'),
      },
    },
    Egress: {
      Type: 'AWS::EC2::SecurityGroupEgress',
      Properties: {
        GroupId: ref('Group'),
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 80,
        CidrIp: '10.0.0.0/8',
      },
    },
    Ssh: { Type: 'AWS::EC2::KeyPair', Properties: { KeyName: 'stacked', PublicKeyMaterial: SSH_KEY } },
    Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } },
    Instance: {
      Type: 'AWS::EC2::Instance',
      Properties: {
        ImageId: imageId,
        InstanceType: instanceType,
        KeyName: ref('Ssh'),
        SubnetId: ref('Subnet'),
        SecurityGroupIds: [getAtt('Group', 'GroupId')],
        UserData: { 'Fn::Base64': { 'Fn::Sub': `echo \${Vpc}` } },
        BlockDeviceMappings: [
          {
            DeviceName: '/dev/xvda',
            Ebs: { Encrypted: true, KmsKeyId: getAtt('Key', 'Arn'), VolumeSize: 20 },
          },
        ],
        SourceDestCheck: false,
      },
    },
    Volume: {
      Type: 'AWS::EC2::Volume',
      DeletionPolicy: 'Snapshot',
      Properties: {
        AvailabilityZone: getAtt('Instance', 'AvailabilityZone'),
        Size: size,
        Encrypted: true,
        KmsKeyId: ref('Key'),
      },
    },
    Attachment: {
      Type: 'AWS::EC2::VolumeAttachment',
      Properties: { InstanceId: ref('Instance'), VolumeId: ref('Volume'), Device: '/dev/sdf' },
    },
  },
  Outputs: {
    Ip: { Value: getAtt('Instance', 'PrivateIp') },
    Zone: { Value: getAtt('Instance', 'AvailabilityZone') },
  },
});

test('an instance that somebody has stopped stays so while it is changed, unless the change starts it', async () => {
  const instance = (properties: object) => ({
    Resources: { Instance: { Type: 'AWS::EC2::Instance', Properties: { ImageId: imageId, ...properties } } },
  });
  await stacks.create('resting', instance({ InstanceType: 't3.micro' }));
  const InstanceIds = [await stacks.physicalId('resting', 'Instance')];
  const client = server.client(ec2.EC2Client);
  await client.send(new ec2.StopInstancesCommand({ InstanceIds }));
  await server.settled();
  const updated = async (properties: object) => {
    const { StackStatus } = await stacks.update('resting', instance(properties));
    const { Reservations } = await client.send(new ec2.DescribeInstancesCommand({ InstanceIds }));
    return [StackStatus, Reservations?.[0]?.Instances?.[0]?.State?.Name];
  };
  const Tags = [{ Key: 'a', Value: 'b' }];
  assert.deepEqual(await updated({ InstanceType: 't3.micro', Tags }), ['UPDATE_COMPLETE', 'stopped']);
  assert.deepEqual(await updated({ InstanceType: 't3.small', Tags }), ['UPDATE_COMPLETE', 'running']);
  await stacks.remove('resting');
});

test('the rule that lets everything out goes with the first egress rule that is a resource, be it the same', async () => {
  const group = { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'g', VpcId: ref('Vpc') } };
  const egress = (to: string, more: object) => ({
    Type: 'AWS::EC2::SecurityGroupEgress',
    Properties: { GroupId: getAtt(to, 'GroupId'), ...more },
  });
  const all = { IpProtocol: '-1', CidrIp: '0.0.0.0/0', Description: 'Allow all outbound traffic by default' };
  const made = await stacks.create('egress', {
    Resources: {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.2.0.0/16' } },
      Narrow: group,
      Wide: group,
      Https: egress('Narrow', { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' }),
      All: egress('Wide', all),
      AllByIpv6: { ...egress('Wide', { IpProtocol: '-1', CidrIpv6: '::/0' }), DependsOn: 'All' },
    },
  });
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('egress')).join('\n'));
  const rulesOf = async (name: string) => {
    const Filters = [{ Name: 'group-id', Values: [await stacks.physicalId('egress', name)] }];
    const { SecurityGroupRules: rules = [] } = await server
      .client(ec2.EC2Client)
      .send(new ec2.DescribeSecurityGroupRulesCommand({ Filters }));
    return rules.map(({ IpProtocol, CidrIpv4, CidrIpv6, Description: text }) =>
      [IpProtocol, CidrIpv4 ?? CidrIpv6, ...(text ? [text] : [])].join(' '),
    );
  };
  assert.deepEqual(await rulesOf('Narrow'), ['tcp 10.0.0.0/8']);
  assert.deepEqual((await rulesOf('Wide')).sort(), [`-1 0.0.0.0/0 ${all.Description}`, '-1 ::/0']);
  assert.equal((await stacks.remove('egress')).StackStatus, 'DELETE_COMPLETE');
});

describe('machines and their disks', () => {
  test('are made in their network, changed with a stop between, and deleted in the opposite order', async () => {
    // Are made in their network.
    {
      const stack = await stacks.create('machines', machines('t3.micro', 10));
      assert.equal(stack.StackStatus, 'CREATE_COMPLETE', (await stacks.story('machines')).join('\n'));
      const { Ip, Zone } = outputsOf(stack);
      assert.match(Ip ?? '', /^10\.1\.1\.\d+$/);
      assert.equal(Zone, ZONE);
      const { Volumes: volumes = [] } = await server
        .client(ec2.EC2Client)
        .send(new ec2.DescribeVolumesCommand({}));
      assert.deepEqual(volumes.map(({ State, Encrypted, Size }) => [State, Encrypted, Size]).sort(), [
        ['in-use', true, 10],
        ['in-use', true, 20],
      ]);
    }
    // Another type of instance and a larger disk are changes in place, with a stop between.
    {
      const instanceId = await stacks.physicalId('machines', 'Instance');
      const stack = await stacks.update('machines', machines('t3.small', 12));
      assert.equal(stack.StackStatus, 'UPDATE_COMPLETE', (await stacks.story('machines')).join('\n'));
      assert.equal(await stacks.physicalId('machines', 'Instance'), instanceId);
      const { Reservations } = await server
        .client(ec2.EC2Client)
        .send(new ec2.DescribeInstancesCommand({ InstanceIds: [instanceId] }));
      const instance = Reservations?.[0]?.Instances?.[0];
      assert.deepEqual([instance?.InstanceType, instance?.State?.Name], ['t3.small', 'running']);
    }
    // Are deleted in the opposite order, the disk after its snapshot.
    {
      const volumeId = await stacks.physicalId('machines', 'Volume');
      const stack = await stacks.remove('machines');
      assert.equal(
        stack.StackStatus,
        'DELETE_COMPLETE',
        (await stacks.story(stack.StackId as string)).join('\n'),
      );
      const { Snapshots: [snapshot] = [] } = await server
        .client(ec2.EC2Client)
        .send(new ec2.DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
      assert.equal(snapshot?.VolumeId, volumeId);
      const story = await stacks.story(stack.StackId as string);
      assert.ok(
        story.lastIndexOf('DELETE_COMPLETE Attachment') < story.lastIndexOf('DELETE_IN_PROGRESS Instance'),
      );
      assert.ok(story.lastIndexOf('DELETE_COMPLETE Subnet') < story.lastIndexOf('DELETE_IN_PROGRESS Vpc'));
    }
  });
});

test('a disk that cannot be deleted yet has one last snapshot, however often it is tried', async () => {
  const client = server.client(ec2.EC2Client);
  const Volume = {
    Type: 'AWS::EC2::Volume',
    DeletionPolicy: 'Snapshot',
    Properties: { AvailabilityZone: ZONE, Size: 1 },
  };
  await stacks.create('pinned', { Resources: { Volume } });
  const VolumeId = await stacks.physicalId('pinned', 'Volume');
  const { Instances: [instance] = [] } = await client.send(
    new ec2.RunInstancesCommand({
      ImageId: imageId,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      Placement: { AvailabilityZone: ZONE },
    }),
  );
  await server.settled();
  await client.send(
    new ec2.AttachVolumeCommand({ VolumeId, InstanceId: instance?.InstanceId, Device: '/dev/sdf' }),
  );
  const { StackStatus, StackId } = await stacks.remove('pinned');
  assert.equal(StackStatus, 'DELETE_FAILED');
  assert.match(
    (await stacks.story(StackId as string)).join('\n'),
    /DELETE_FAILED Volume: .*is currently attached/,
  );
  const Filters = [{ Name: 'volume-id', Values: [VolumeId] }];
  const { Snapshots } = await client.send(new ec2.DescribeSnapshotsCommand({ Filters }));
  assert.equal(Snapshots?.length, 1);
});

const NO_NETWORK = { VpcId: 'vpc-0123456789abcdef0', CidrBlock: '10.0.0.0/24' };

/** What a rollback finds of a disk that is to have a snapshot: still created, or gone since its key cannot be used. */
for (const [what, KmsKeyId, snapshots] of [
  ['is still created has its snapshot once it is there', undefined, 1],
  ['vanished, since its key cannot be used, has no snapshot', ref('Key'), 0],
] as const) {
  test(`a disk that is rolled back and ${what}`, async () => {
    const stackName = `disk-${snapshots}`;
    const template = {
      Resources: {
        Key: { Type: 'AWS::KMS::Key', Properties: { Enabled: false } },
        Failing: { Type: 'AWS::EC2::Subnet', DependsOn: 'Key', Properties: NO_NETWORK },
        Volume: {
          Type: 'AWS::EC2::Volume',
          DeletionPolicy: 'Snapshot',
          DependsOn: 'Key',
          Properties: { AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId },
        },
      },
    };
    const { StackStatus, StackId } = await stacks.create(stackName, template);
    const story = (await stacks.story(StackId as string)).join('\n');
    assert.equal(StackStatus, 'ROLLBACK_COMPLETE', story);
    const VolumeId = await stacks.physicalId(stackName, 'Volume');
    const { Snapshots } = await server
      .client(ec2.EC2Client)
      .send(new ec2.DescribeSnapshotsCommand({ Filters: [{ Name: 'volume-id', Values: [VolumeId] }] }));
    assert.equal(Snapshots?.length, snapshots);
  });
}

describe('groups, rules and logs', () => {
  const fleet = (maxSize: number) => ({
    Resources: {
      Template: {
        Type: 'AWS::EC2::LaunchTemplate',
        Properties: { LaunchTemplateData: { ImageId: imageId, InstanceType: 't3.micro' } },
      },
      Configuration: {
        Type: 'AWS::AutoScaling::LaunchConfiguration',
        Properties: { ImageId: imageId, InstanceType: 't3.micro' },
      },
      Group: {
        Type: 'AWS::AutoScaling::AutoScalingGroup',
        Properties: {
          MinSize: '1',
          MaxSize: String(maxSize),
          AvailabilityZones: { 'Fn::GetAZs': '' },
          LaunchTemplate: {
            LaunchTemplateId: ref('Template'),
            Version: getAtt('Template', 'LatestVersionNumber'),
          },
        },
      },
      Logs: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 7 } },
      Access: {
        Type: 'AWS::Logs::ResourcePolicy',
        Properties: {
          PolicyName: 'events',
          PolicyDocument: {
            'Fn::Sub': `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"\${Logs.Arn}"}]}`,
          },
        },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['aws.ec2'] },
          Targets: [
            {
              Id: 'logs',
              Arn: { 'Fn::Sub': `arn:aws:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:\${Logs}` },
            },
          ],
        },
      },
    },
  });

  test('are made, changed and deleted', async () => {
    const made = await stacks.create('fleet', fleet(1));
    assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('fleet')).join('\n'));
    const changed = await stacks.update('fleet', fleet(2));
    assert.equal(changed.StackStatus, 'UPDATE_COMPLETE', (await stacks.story('fleet')).join('\n'));
    const gone = await stacks.remove('fleet');
    assert.equal(
      gone.StackStatus,
      'DELETE_COMPLETE',
      (await stacks.story(gone.StackId as string)).join('\n'),
    );
  });
});

describe('a group whose instances cannot have their disks', () => {
  test('does not stabilize within its hour, and says why', async () => {
    const stack = {
      Resources: {
        Key: { Type: 'AWS::KMS::Key' },
        Template: {
          Type: 'AWS::EC2::LaunchTemplate',
          Properties: {
            LaunchTemplateData: {
              ImageId: imageId,
              InstanceType: 't3.micro',
              BlockDeviceMappings: [
                { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: getAtt('Key', 'Arn') } },
              ],
            },
          },
        },
        Group: {
          Type: 'AWS::AutoScaling::AutoScalingGroup',
          Properties: {
            MinSize: 1,
            MaxSize: 1,
            AvailabilityZones: [ZONE],
            LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: '1' },
          },
        },
      },
    };
    await stacks.client.send(
      new cf.CreateStackCommand({ StackName: 'sick', TemplateBody: JSON.stringify(stack) }),
    );
    // The default key policy leaves everything to IAM, and nobody can give the service-linked role a policy.
    await server.settled();
    for (let minutes = 0; minutes < 65; minutes += 5) await server.advance(5 * 60_000);
    const settled = await stacks.settled('sick');
    const story = (await stacks.story('sick')).join('\n');
    assert.equal(settled.StackStatus, 'ROLLBACK_COMPLETE', story);
    assert.match(
      story,
      /CREATE_FAILED Group: Group did not stabilize\. Last scaling activity: .*Client\.InvalidKMSKey\.InvalidState/,
    );
  });
});

test('Fn::GetAtt gives what AWS documents of a resource, whole where it is an object', async () => {
  const json = (id: string, name: string) => ({ Value: { 'Fn::ToJsonString': getAtt(id, name) } });
  const template = {
    Transform: 'AWS::LanguageExtensions',
    Resources: {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.77.0.0/16' } },
      Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: ref('Vpc'), CidrBlock: '10.77.1.0/24' } },
      Instance: {
        Type: 'AWS::EC2::Instance',
        Properties: { ImageId: imageId, InstanceType: 't3.micro', SubnetId: ref('Subnet') },
      },
      Reservation: {
        Type: 'AWS::EC2::CapacityReservation',
        Properties: {
          AvailabilityZone: getAtt('Subnet', 'AvailabilityZone'),
          InstanceCount: 2,
          InstancePlatform: 'Linux/UNIX',
          InstanceType: 'm5.large',
        },
      },
    },
    Outputs: {
      State: json('Instance', 'State'),
      StateName: { Value: getAtt('Instance', 'State.Name') },
      Blocks: json('Subnet', 'BlockPublicAccessStates'),
      Outpost: { Value: getAtt('Subnet', 'OutpostArn') },
      Allocations: json('Reservation', 'CapacityAllocationSet'),
    },
  };
  const stack = await stacks.create('attributes', template, { Capabilities: ['CAPABILITY_AUTO_EXPAND'] });
  assert.equal(stack.StackStatus, 'CREATE_COMPLETE', (await stacks.story('attributes')).join('\n'));
  assert.deepEqual(outputsOf(stack), {
    State: '{"Code":"16","Name":"running"}',
    StateName: 'running',
    Blocks: '{"InternetGatewayBlockMode":"off"}',
    Outpost: '',
    Allocations: '[]',
  });
});

test('an attribute of what is not served is refused by name with the template, where it is asked for', async () => {
  const template = (Value: object) => ({
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.78.0.0/16' } } },
    Outputs: { Out: { Value } },
  });
  const asked = getAtt('Vpc', 'VpcEncryptionControl.State');
  await assert.rejects(
    stacks.create('refused', template(asked)),
    /does not serve the attribute VpcEncryptionControl\.State of AWS::EC2::VPC/,
  );
  const stack = await stacks.create('passed', template({ 'Fn::If': ['Never', asked, ref('Vpc')] }));
  assert.equal(stack.StackStatus, 'CREATE_COMPLETE');
});

test('an organization has units and policies that are attached in it, and all of it is changed and deleted', async () => {
  const credentials = await server.root('100000000009');
  const mine = stacksOf(server, credentials, credentials);
  const client = server.client(org.OrganizationsClient, credentials);
  const whole = await mine.create('organization', {
    Resources: { Organization: { Type: 'AWS::Organizations::Organization' } },
    Outputs: {
      Root: { Value: getAtt('Organization', 'RootId') },
      Management: { Value: getAtt('Organization', 'ManagementAccountId') },
    },
  });
  assert.equal(whole.StackStatus, 'CREATE_COMPLETE', (await mine.story('organization')).join('\n'));
  const { Root = '', Management } = outputsOf(whole);
  assert.equal(Management, '100000000009');
  // As on AWS, no template does this.
  const type = { RootId: Root, PolicyType: 'SERVICE_CONTROL_POLICY' as const };
  await client.send(new org.EnablePolicyTypeCommand(type));
  const template = (unit: string, action: string, target: string, Tags: object[]) => ({
    Resources: {
      Unit: {
        Type: 'AWS::Organizations::OrganizationalUnit',
        Properties: { Name: unit, ParentId: Root, Tags },
      },
      Inner: {
        Type: 'AWS::Organizations::OrganizationalUnit',
        Properties: { Name: 'inner', ParentId: ref('Unit') },
      },
      Delegation: {
        Type: 'AWS::Organizations::ResourcePolicy',
        Properties: {
          Content: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: Management },
                Action: `organizations:Describe${unit}`,
                Resource: '*',
              },
            ],
          },
          Tags,
        },
      },
      Guard: {
        Type: 'AWS::Organizations::Policy',
        Properties: {
          Name: 'guard',
          Type: 'SERVICE_CONTROL_POLICY',
          Content: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }],
          },
          TargetIds: [ref(target)],
          Tags,
        },
      },
    },
    Outputs: {
      Delegation: { Value: getAtt('Delegation', 'Arn') },
      DelegationId: { Value: ref('Delegation') },
      Path: { Value: getAtt('Inner', 'Path') },
      Unit: { Value: ref('Unit') },
      Inner: { Value: ref('Inner') },
      Guard: { Value: getAtt('Guard', 'Id') },
      Managed: { Value: getAtt('Guard', 'AwsManaged') },
    },
  });
  const blue = [{ Key: 'team', Value: 'blue' }];
  const made = await mine.create('landing-zone', template('apps', 'kms:Decrypt', 'Unit', blue));
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await mine.story('landing-zone')).join('\n'));
  const { Unit, Inner, Guard, Managed, Path, Delegation, DelegationId } = outputsOf(made) as Record<
    string,
    string
  >;
  const delegated = async () => {
    const { ResourcePolicy } = await client.send(new org.DescribeResourcePolicyCommand({}));
    assert.equal(ResourcePolicy!.ResourcePolicySummary!.Arn, Delegation);
    const { Tags } = await client.send(new org.ListTagsForResourceCommand({ ResourceId: DelegationId! }));
    return [JSON.parse(ResourcePolicy!.Content!).Statement[0].Action, Tags];
  };
  assert.deepEqual(await delegated(), ['organizations:Describeapps', blue]);
  assert.equal(Managed, 'false');
  assert.match(Path!, new RegExp(`^o-[a-z0-9]+/${Root}/${Unit}/${Inner}/$`));
  const shown = async () => {
    const { Policy } = await client.send(new org.DescribePolicyCommand({ PolicyId: Guard! }));
    const { Targets } = await client.send(new org.ListTargetsForPolicyCommand({ PolicyId: Guard! }));
    const { Tags } = await client.send(new org.ListTagsForResourceCommand({ ResourceId: Unit! }));
    const { OrganizationalUnit: unit } = await client.send(
      new org.DescribeOrganizationalUnitCommand({ OrganizationalUnitId: Unit! }),
    );
    const [{ Action } = {} as { Action?: string }] = JSON.parse(Policy!.Content!).Statement;
    return [Action, Targets!.map(({ TargetId }) => TargetId), Tags, unit!.Name];
  };
  assert.deepEqual(await shown(), ['kms:Decrypt', [Unit], blue, 'apps']);
  const changed = await mine.update('landing-zone', template('data', 'kms:Encrypt', 'Inner', []));
  assert.equal(changed.StackStatus, 'UPDATE_COMPLETE', (await mine.story('landing-zone')).join('\n'));
  assert.deepEqual(await shown(), ['kms:Encrypt', [Inner], [], 'data']);
  assert.deepEqual(await delegated(), ['organizations:Describedata', []]);
  for (const name of ['landing-zone', 'organization']) {
    const gone = await mine.remove(name);
    assert.equal(gone.StackStatus, 'DELETE_COMPLETE', (await mine.story(gone.StackId as string)).join('\n'));
  }
  const { code } = await refusal(client.send(new org.DescribeOrganizationCommand({})));
  assert.equal(code, 'AWSOrganizationsNotInUseException');
});

test('a network that outlives a stack goes by what it had, or by what it was given since', async () => {
  const client = server.client(ec2.EC2Client);
  const CidrBlock = '10.77.0.0/16';
  const { Vpc: { VpcId } = {} } = await client.send(new ec2.CreateVpcCommand({ CidrBlock }));
  const { Subnet: { SubnetId } = {} } = await client.send(new ec2.CreateSubnetCommand({ VpcId, CidrBlock }));
  const options = { DomainName: 'example.com' };
  const Resources = {
    Options: { Type: 'AWS::EC2::DHCPOptions', Properties: options },
    OptionsOfVpc: {
      Type: 'AWS::EC2::VPCDHCPOptionsAssociation',
      Properties: { VpcId, DhcpOptionsId: ref('Options') },
    },
    Acl: { Type: 'AWS::EC2::NetworkAcl', Properties: { VpcId } },
    AclOfSubnet: {
      Type: 'AWS::EC2::SubnetNetworkAclAssociation',
      Properties: { SubnetId, NetworkAclId: ref('Acl') },
    },
    Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId } },
    TableOfSubnet: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId, RouteTableId: ref('Table') },
    },
  };
  const goesBy = async () => {
    const Filters = [{ Name: 'association.subnet-id', Values: [SubnetId as string] }];
    const [{ Vpcs = [] }, { NetworkAcls: [acl] = [] }, { RouteTables: [table] = [] }] = await Promise.all([
      client.send(new ec2.DescribeVpcsCommand({ VpcIds: [VpcId as string] })),
      client.send(new ec2.DescribeNetworkAclsCommand({ Filters })),
      client.send(new ec2.DescribeRouteTablesCommand({ Filters })),
    ]);
    const byId = (list: { SubnetId?: string }[] = []) => list.find((each) => each.SubnetId === SubnetId);
    return {
      all: [Vpcs[0]?.DhcpOptionsId, acl?.NetworkAclId, table?.RouteTableId],
      aclAssociation: byId(acl?.Associations) as ec2.NetworkAclAssociation,
      tableAssociation: byId(table?.Associations) as ec2.RouteTableAssociation,
    };
  };
  const ofStack = () => Promise.all(['Options', 'Acl', 'Table'].map((id) => stacks.physicalId('lent', id)));
  const before = (await goesBy()).all;

  assert.equal((await stacks.create('lent', { Resources })).StackStatus, 'CREATE_COMPLETE');
  assert.deepEqual((await goesBy()).all, await ofStack());
  assert.equal((await stacks.remove('lent')).StackStatus, 'DELETE_COMPLETE');
  // No call brings back the options that were there: the VPC has none now.
  assert.deepEqual((await goesBy()).all, ['default', ...before.slice(1)]);

  await stacks.create('lent', { Resources });
  assert.deepEqual((await goesBy()).all, await ofStack());
  const { DhcpOptions: { DhcpOptionsId } = {} } = await client.send(
    new ec2.CreateDhcpOptionsCommand({
      DhcpConfigurations: [{ Key: 'domain-name', Values: ['other.test'] }],
    }),
  );
  const { NetworkAcl: { NetworkAclId } = {} } = await client.send(new ec2.CreateNetworkAclCommand({ VpcId }));
  const { RouteTable: { RouteTableId } = {} } = await client.send(new ec2.CreateRouteTableCommand({ VpcId }));
  const { aclAssociation, tableAssociation } = await goesBy();
  await client.send(new ec2.AssociateDhcpOptionsCommand({ VpcId, DhcpOptionsId }));
  const AssociationId = aclAssociation.NetworkAclAssociationId;
  await client.send(new ec2.ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId }));
  await client.send(
    new ec2.ReplaceRouteTableAssociationCommand({
      AssociationId: tableAssociation.RouteTableAssociationId,
      RouteTableId,
    }),
  );
  assert.equal((await stacks.remove('lent')).StackStatus, 'DELETE_COMPLETE');
  assert.deepEqual((await goesBy()).all, [DhcpOptionsId, NetworkAclId, RouteTableId]);
});

test('an instance is protected, shuts down and starts as its template says, and as by default once it says nothing', async () => {
  const client = server.client(ec2.EC2Client);
  const template = (more: object) => ({
    Resources: {
      Host: {
        Type: 'AWS::EC2::Instance',
        Properties: { ImageId: imageId, InstanceType: 't3.micro', ...more },
      },
    },
  });
  const attributes = async () => {
    const InstanceId = await stacks.physicalId('host', 'Host');
    const get = (Attribute: ec2.InstanceAttributeName) =>
      client.send(new ec2.DescribeInstanceAttributeCommand({ InstanceId, Attribute }));
    const [protection, shutdown, data, optimized] = [
      await get('disableApiTermination'),
      await get('instanceInitiatedShutdownBehavior'),
      await get('userData'),
      await get('ebsOptimized'),
    ];
    return [
      protection.DisableApiTermination?.Value,
      shutdown.InstanceInitiatedShutdownBehavior?.Value,
      data.UserData?.Value || undefined,
      optimized.EbsOptimized?.Value,
    ];
  };
  const said = {
    DisableApiTermination: true,
    InstanceInitiatedShutdownBehavior: 'terminate',
    UserData: 'YQ==',
    EbsOptimized: true,
  };
  await stacks.create('host', template({}));
  const byDefault = await attributes();
  assert.deepEqual(byDefault.slice(0, 2), [false, 'stop']);
  assert.equal((await stacks.update('host', template(said))).StackStatus, 'UPDATE_COMPLETE');
  assert.deepEqual(await attributes(), [true, 'terminate', 'YQ==', true]);
  assert.equal((await stacks.update('host', template({}))).StackStatus, 'UPDATE_COMPLETE');
  assert.deepEqual(await attributes(), byDefault);
  assert.equal((await stacks.remove('host')).StackStatus, 'DELETE_COMPLETE');
});
