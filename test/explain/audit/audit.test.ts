/** What `latchkey audit` finds, each finding made and then mended. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateLaunchConfigurationCommand,
  type CreateLaunchConfigurationCommandInput,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  type EbsBlockDevice,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
  RegisterImageCommand,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import type { Audit } from '../../../src/explain/audit/audit.ts';
import { renderAudit } from '../../../src/explain/audit/render-audit.ts';
import { sarif } from '../../../src/explain/audit/sarif.ts';
import { ACCOUNT, allowing, rootOf, trust } from '../../worlds/account.ts';
import { ec2World, type World } from '../../worlds/ec2.ts';
import { groupWorld, SERVICE_ROLE } from '../../worlds/groups.ts';

let world: World;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

const audit = () => world.server.ask<Audit>('audit');
const rulesOf = async (subject: string) =>
  (await audit()).findings.filter((finding) => finding.subject === subject).map(({ rule }) => rule);
const statement = (Principal: object | string, Action: string | string[], rest: object = {}) => ({
  ...{ Effect: 'Allow', Principal, Action, Resource: '*' },
  ...rest,
});
const OWNER = statement({ AWS: rootOf(ACCOUNT) }, 'kms:*');
const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

test('a default key is well', async () => {
  assert.deepEqual(await rulesOf(await world.newKey()), []);
});

describe('a key policy', () => {
  test('that lets in everybody, without and with a condition', async () => {
    const open = await world.newKey(document(OWNER, statement('*', 'kms:Decrypt')));
    assert.deepEqual(await rulesOf(open), ['open-to-everybody']);
    const partner = { StringEquals: { 'aws:PrincipalOrgID': 'o-partner' } };
    const narrowed = await world.newKey(
      document(OWNER, statement('*', 'kms:Decrypt', { Condition: partner })),
    );
    assert.deepEqual(await rulesOf(narrowed), ['open-under-condition']);
    const own = { StringEquals: { 'kms:CallerAccount': ACCOUNT } };
    const closed = await world.newKey(document(OWNER, statement('*', 'kms:Decrypt', { Condition: own })));
    assert.deepEqual(await rulesOf(closed), []);
  });

  test('that lets a user make any grant, and one that is for services only', async () => {
    const ann = await world.user('ann');
    const free = await world.newKey(document(OWNER, statement({ AWS: ann.arn }, ['kms:CreateGrant'])));
    assert.deepEqual(await rulesOf(free), ['unrestricted-create-grant']);
    const Condition = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
    const Policy = JSON.stringify(
      document(OWNER, statement({ AWS: ann.arn }, ['kms:CreateGrant'], { Condition })),
    );
    await world.kms.send(new PutKeyPolicyCommand({ KeyId: free, Policy }));
    assert.deepEqual(await rulesOf(free), []);
  });

  test('that names a role that was deleted', async () => {
    const RoleName = 'gone';
    const { Role } = await world.iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust({ AWS: rootOf(ACCOUNT) }) }),
    );
    const key = await world.newKey(document(OWNER, statement({ AWS: Role!.Arn! }, 'kms:Decrypt')));
    assert.deepEqual(await rulesOf(key), []);
    await world.iam.send(new DeleteRoleCommand({ RoleName }));
    assert.deepEqual(await rulesOf(key), ['deleted-principal']);
    assert.match(
      renderAudit(await audit()),
      new RegExp(`Statement 2 names role gone \\(${Role!.RoleId}\\), which was deleted`),
    );
  });

  test('with statements that match nothing, and what is near them', async () => {
    const to = { AWS: rootOf(ACCOUNT) };
    const where = (Condition: object, Effect = 'Allow') =>
      statement(to, 'kms:Decrypt', { Condition, Effect });
    const idle = [
      statement(to, 'kms:Decrypt', { Resource: `arn:aws:kms:us-east-1:${ACCOUNT}:key/another` }),
      where({ StringEquals: { 'kms:ViaService': 'ec2.*.amazonaws.com' } }, 'Deny'),
      where({ StringLike: { 'aws:PrincipalOrgPaths': 'o-1/*' } }),
      where({ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.168.1.0/24'] } }),
      where({ StringEquals: { 'aws:SourceIp': '203.0.113.0/24' } }),
    ];
    const effective = [
      where({ StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' } }),
      where({ StringEquals: { 'kms:EncryptionContext:path': '*' } }),
      where({ StringEqualsIfExists: { 'kms:ViaService': 'ec2.*.amazonaws.com' } }),
      where({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/*' } }),
      where({ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] } }),
      where({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'Deny'),
    ];
    const key = await world.newKey(document(OWNER, ...idle, ...effective));
    const found = (await audit()).findings.filter(({ subject }) => subject === key);
    assert.deepEqual(
      found.map(({ rule, statement: at }) => [rule, at?.index]),
      idle.map((_, at) => ['statement-without-effect', at + 1]),
    );
    assert.match(
      found[1]?.what ?? '',
      /^Statement 3 denies nothing: .* StringEquals takes \* and \? literally\.$/,
    );
    assert.deepEqual(
      found.map(({ fix }) => fix.replace(/ in place of .*/, '')),
      [
        ...['Write "Resource": "*".', 'Write StringLike', 'Write ForAnyValue:StringLike.'],
        ...['Write aws:VpcSourceIp', 'Write IpAddress.'],
      ],
    );
  });

  test('after which nobody can administer the key', async () => {
    const Policy = JSON.stringify(document(statement({ AWS: rootOf(ACCOUNT) }, 'kms:Decrypt')));
    const made = await world.kms.send(new CreateKeyCommand({ Policy, BypassPolicyLockoutSafetyCheck: true }));
    assert.deepEqual(await rulesOf(made.KeyMetadata!.Arn!), ['nobody-administers']);
  });
});

test('a key that cannot be used, with a volume under it', async () => {
  const key = await world.newKey();
  await world.run({
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: key } }],
  });
  await world.server.settled();
  await world.kms.send(new DisableKeyCommand({ KeyId: key }));
  const { findings } = await audit();
  const [found] = findings.filter(({ subject }) => subject === key);
  assert.equal(found?.rule, 'unusable-key-with-volumes');
  assert.match(found?.what ?? '', /The key is Disabled\. 1 volume is under it, 1 attached: vol-[0-9a-f]+\./);
  assert.equal(found?.fix, `aws kms enable-key --key-id ${key}`);
  await world.kms.send(new EnableKeyCommand({ KeyId: key }));
  assert.deepEqual(await rulesOf(key), []);
  await world.kms.send(new ScheduleKeyDeletionCommand({ KeyId: key }));
  assert.deepEqual(await rulesOf(key), ['unusable-key-with-volumes']);
});

test('an identity policy by which its bearer makes any grant', async () => {
  const bearer = await world.user('granter', allowing('kms:CreateGrant', 'kms:Encrypt'));
  await world.user('careful', {
    ...allowing('kms:CreateGrant'),
    Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  });
  assert.deepEqual(await rulesOf(bearer.arn), ['unrestricted-create-grant']);
  const { findings } = await audit();
  assert.ok(!findings.some(({ name }) => name.includes('careful')));
});

test('groups: the keys under which one launches, that do not admit the service-linked role', async (t) => {
  const groups = await groupWorld(t);
  const { ec2, server } = groups;
  const [KmsKeyId, byDefault] = [await groups.newKey(), await groups.newKey()];
  // The image has its root at /dev/xvda, and says nothing of encryption.
  const root = (Ebs: EbsBlockDevice) => ({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] });
  const further = (Ebs: EbsBlockDevice) => ({
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, ...Ebs } }],
  });
  const named: EbsBlockDevice = { Encrypted: true, KmsKeyId };
  const ofTemplate = async (data: RequestLaunchTemplateData) => ({
    LaunchTemplate: { LaunchTemplateId: await groups.newTemplate(data) },
  });
  const ofOverride = async (data: RequestLaunchTemplateData) => {
    const [LaunchTemplateId, other] = [await groups.newTemplate(), await groups.newTemplate(data)];
    return {
      LaunchTemplate: undefined,
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: { LaunchTemplateId },
          Overrides: [
            { InstanceType: 't3.micro' as const },
            {
              InstanceType: 't3.small' as const,
              LaunchTemplateSpecification: { LaunchTemplateId: other, Version: '1' },
            },
          ],
        },
      },
    };
  };
  const ofConfiguration = async (
    mappings: Pick<CreateLaunchConfigurationCommandInput, 'BlockDeviceMappings'>,
  ) => {
    const LaunchConfigurationName = `c-${JSON.stringify(mappings).length}`;
    await groups.autoscaling.send(
      new CreateLaunchConfigurationCommand({
        ...{ LaunchConfigurationName, ImageId: groups.imageId, InstanceType: 't3.micro' },
        ...mappings,
      }),
    );
    return { LaunchTemplate: undefined, LaunchConfigurationName };
  };
  const BY_DEFAULT = ['default-key-not-for-groups'];
  const NAMED = ['group-not-admitted'];
  const ImageId = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
  const rows: readonly (readonly [Promise<object>, without: string[], withDefault: string[]])[] = [
    [ofTemplate({}), [], BY_DEFAULT],
    [ofTemplate(root(named)), NAMED, NAMED],
    [ofTemplate(further(named)), NAMED, [...BY_DEFAULT, ...NAMED]],
    [ofTemplate(root({ Encrypted: true })), BY_DEFAULT, BY_DEFAULT],
    [ofTemplate(root({ VolumeSize: 9 })), [], BY_DEFAULT],
    [ofTemplate({ ...root(named), ImageId }), NAMED, NAMED],
    [ofTemplate({ ...further(named), ImageId }), NAMED, [...BY_DEFAULT, ...NAMED]],
    [ofOverride(root(named)), NAMED, [...BY_DEFAULT, ...NAMED]],
    [ofConfiguration(root({ Encrypted: true })), BY_DEFAULT, BY_DEFAULT],
    [ofConfiguration(root({ VolumeSize: 9 })), [], BY_DEFAULT],
    [ofConfiguration({ BlockDeviceMappings: [{ DeviceName: '/dev/sdf', NoDevice: true }] }), [], BY_DEFAULT],
  ];
  for (const [at, [input]] of rows.entries())
    await groups.newGroup('', { AutoScalingGroupName: `g${at}`, DesiredCapacity: 0, ...(await input) });
  const found = async () => {
    const { findings } = await server.ask<Audit>('audit');
    return rows.map((_, at) =>
      findings
        .filter(({ name }) => name === `Auto Scaling group g${at}`)
        .map(({ rule }) => rule)
        .sort(),
    );
  };
  const none = rows.map(() => []);
  await ec2.send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: byDefault }));
  // What another account, or another Region, has by default is nothing to the groups.
  for (const other of [
    server.client(EC2Client, undefined, { region: 'ap-south-1' }),
    server.client(EC2Client, await server.root('100000000001')),
  ])
    await other.send(new EnableEbsEncryptionByDefaultCommand({}));
  assert.deepEqual(
    await found(),
    rows.map(([, without]) => without),
  );
  await ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
  assert.deepEqual(
    await found(),
    rows.map(([, , withDefault]) => withDefault),
  );
  const role = { AWS: SERVICE_ROLE };
  const Condition = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
  const Policy = JSON.stringify(
    document(
      OWNER,
      statement(role, 'kms:GenerateDataKey*'),
      statement(role, 'kms:CreateGrant', { Condition }),
    ),
  );
  for (const KeyId of [KmsKeyId, byDefault])
    await groups.kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
  assert.deepEqual(await found(), none);
});

test('groups: a key of the image that the service-linked role may not use', async (t) => {
  const groups = await groupWorld(t);
  const found = async () => (await groups.server.ask<Audit>('audit')).findings.map(({ rule }) => rule);
  const key = await groups.newKey();
  const { VolumeId } = await groups.ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId: key }),
  );
  await groups.server.settled();
  const { SnapshotId } = await groups.ec2.send(new CreateSnapshotCommand({ VolumeId }));
  await groups.server.settled();
  const { ImageId } = await groups.ec2.send(
    new RegisterImageCommand({
      Name: 'golden',
      RootDeviceName: '/dev/xvda',
      Architecture: 'x86_64',
      VirtualizationType: 'hvm',
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId } }],
    }),
  );
  await groups.newGroup(await groups.newTemplate({ ImageId }));
  assert.deepEqual(await found(), ['image-key-not-for-groups']);
  // By an override, and to be encrypted anew under a key that the template names.
  const Overrides = [{ InstanceType: 't3.micro' as const, ImageId }];
  const LaunchTemplateSpecification = { LaunchTemplateId: await groups.newTemplate() };
  await groups.newGroup('', {
    AutoScalingGroupName: 'overridden',
    LaunchTemplate: undefined,
    MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification, Overrides } },
  });
  const anew = { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: await groups.newKey() } };
  await groups.newGroup(await groups.newTemplate({ ImageId, BlockDeviceMappings: [anew] }), {
    AutoScalingGroupName: 'anew',
  });
  const lacked = (await groups.server.ask<Audit>('audit')).findings.map(({ name, rule, what }) => [
    `${name.replace('Auto Scaling group ', '')} ${rule}`,
    / may not (.*?) on /.exec(what)?.[1],
  ]);
  assert.deepEqual(Object.fromEntries(lacked), {
    'web image-key-not-for-groups': 'kms:ReEncryptFrom, kms:ReEncryptTo, kms:CreateGrant',
    'overridden image-key-not-for-groups': 'kms:ReEncryptFrom, kms:ReEncryptTo, kms:CreateGrant',
    'anew image-key-not-for-groups': 'kms:ReEncryptFrom',
    'anew group-not-admitted': 'kms:ReEncryptTo, kms:GenerateDataKeyWithoutPlaintext, kms:CreateGrant',
  });
  const Condition = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
  const Policy = JSON.stringify(
    document(
      OWNER,
      statement({ AWS: SERVICE_ROLE }, 'kms:ReEncrypt*'),
      statement({ AWS: SERVICE_ROLE }, 'kms:CreateGrant', { Condition }),
    ),
  );
  for (const KeyId of [key, anew.Ebs.KmsKeyId])
    await groups.kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
  // Of the new key a data key is asked for, too.
  assert.deepEqual(await found(), ['group-not-admitted']);
});

test('as SARIF: a rule and a place for each result', async () => {
  const ann = await world.user('sarif');
  await world.newKey(document(OWNER, statement('*', 'kms:Decrypt')));
  await world.newKey(document(OWNER, statement({ AWS: ann.arn }, ['kms:CreateGrant'])));
  const answer = await audit();
  assert.ok(answer.findings.length > 1);
  const { version, runs } = sarif(answer, '1.2.3') as {
    version: string;
    runs: {
      tool: { driver: { name: string; rules: { id: string }[] } };
      results: {
        ruleId: string;
        ruleIndex: number;
        level: string;
        message: { text: string };
        locations: {
          physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } };
        }[];
      }[];
    }[];
  };
  assert.equal(version, '2.1.0');
  const [{ tool, results } = assert.fail()] = runs;
  assert.equal(results.length, answer.findings.length);
  for (const { ruleId, ruleIndex, level, message, locations } of results) {
    assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
    assert.ok(['error', 'warning', 'note'].includes(level) && message.text.length > 20);
    const { artifactLocation, region } = locations[0]!.physicalLocation;
    assert.match(artifactLocation.uri, /^aws\/\d{12}\/[\w/.%-]+\.json$/);
    assert.ok(region.startLine >= 1);
  }
});
