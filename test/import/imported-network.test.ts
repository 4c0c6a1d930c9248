/** Networks, endpoints and stacks of a real account: explained from a snapshot, planned upon, and gone on with in a fork. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
} from '@aws-sdk/client-cloudformation';
import {
  AssociateVpcCidrBlockCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateKeyPairCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateGrantCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetFederationTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { redact } from '../../src/cli/redact.ts';
import type { Explanation } from '../../src/explain/denial/explanation.ts';
import { type ImportedWorld, openImportedWorld, servingOptions } from '../../src/imported-world.ts';
import { filesUnder, readText } from '../../src/platform/node/folder.ts';
import { ACCOUNT, allow, allowing, policy, REGION } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { importedFrom } from '../worlds/imported.ts';
import { refusal, startServerFor } from '../worlds/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-network-'));
const snapshot = join(folder, 'snapshot');
const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
const context = { after: (work: () => unknown) => void cleanUp.push(work) } as Parameters<typeof ec2World>[0];
after(async () => {
  for (const work of cleanUp.reverse()) await work();
});

let world: World;
let imported: ImportedWorld;
/** What the account has, by what a test calls it. */
const ids: Record<string, string> = {};

before(async () => {
  world = await ec2World(context);
  const { ec2, server } = world;
  const key = await world.newKey();
  ids.key = key;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }));
  ids.vpc = Vpc?.VpcId as string;
  const inVpc = { VpcId: ids.vpc };
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ ...inVpc, CidrBlock: '10.1.1.0/24', AvailabilityZone: 'us-east-1b' }),
  );
  ids.subnet = Subnet?.SubnetId as string;
  const web = { ...inVpc, GroupName: 'web', Description: 'for the Zebra shop' };
  ids.group = (await ec2.send(new CreateSecurityGroupCommand(web))).GroupId as string;
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: ids.group, ...https }));
  const Ebs = { VolumeSize: 1, Encrypted: true, KmsKeyId: key };
  const BlockDeviceMappings = [{ DeviceName: '/dev/sdf', Ebs }];
  ids.instance = await world.run({
    SubnetId: ids.subnet,
    SecurityGroupIds: [ids.group],
    BlockDeviceMappings,
  });
  await server.settled();
  await ec2.send(new StopInstancesCommand({ InstanceIds: [ids.instance] }));
  await server.settled();
  const { Volumes } = await ec2.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'encrypted', Values: ['true'] }] }),
  );
  ids.volume = Volumes?.[0]?.VolumeId as string;
  ids.snapshot = (await ec2.send(new CreateSnapshotCommand({ VolumeId: ids.volume }))).SnapshotId as string;
  const john = await world.user('john', allowing('ec2:*', 'autoscaling:*', 'cloudformation:*'));
  ids.template = JSON.stringify({
    Resources: {
      Data: {
        Type: 'AWS::EC2::Volume',
        Properties: { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId: key },
      },
    },
  });
  const stack = { StackName: 'data', TemplateBody: ids.template };
  await server.client(CloudFormationClient, john.credentials).send(new CreateStackCommand(stack));
  await server.settled();
  await throughEndpoint();
  await withNames(key);
  const LaunchTemplateData = {
    ImageId: world.imageId,
    InstanceType: 't3.micro' as const,
    BlockDeviceMappings,
  };
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName: 'web', LaunchTemplateData }),
  );
  ids.launchTemplate = LaunchTemplate?.LaunchTemplateId as string;
  await server.settled();
  await importedFrom(server, snapshot, { regions: ['eu-west-1', REGION] });
  imported = await openImportedWorld(snapshot);
  cleanUp.push(() => imported.close());
});

/** What people choose, of many kinds. */
async function withNames(key: string): Promise<void> {
  const { ec2, kms, server } = world;
  const fedora = await world.user('fedora', allowing('sts:*', 'kms:*'));
  const federation = { Name: 'bobolink', Policy: policy(allowing('kms:*')) };
  const { Credentials } = await server
    .client(STSClient, fedora.credentials)
    .send(new GetFederationTokenCommand(federation));
  const bob = server.client(KMSClient, {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken,
  });
  await bob.send(new GenerateDataKeyCommand({ KeyId: key, KeySpec: 'AES_256' }));
  const granted = `arn:aws:iam::${key.split(':')[4]}:user/fedora`;
  await kms.send(
    new CreateGrantCommand({
      KeyId: key,
      GranteePrincipal: granted,
      Operations: ['Decrypt'],
      Name: 'walrus',
    }),
  );
  await ec2.send(new CreateKeyPairCommand({ KeyName: 'narwhal' }));
  const Tags = [{ Key: 'Otter', Value: 'Badger team' }];
  await ec2.send(new CreateTagsCommand({ Resources: [ids.vpc as string], Tags }));
  await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: ids.vpc, AmazonProvidedIpv6CidrBlock: true }));
}

/** Mary may all of KMS, and the endpoint lets no more through than descriptions. */
async function throughEndpoint(): Promise<void> {
  const mary = await world.user('mary', allowing('kms:*'));
  const { VpcEndpoint } = await world.ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: ids.vpc,
      VpcEndpointType: 'Interface',
      ServiceName: `com.amazonaws.${REGION}.kms`,
      SubnetIds: [ids.subnet as string],
      PrivateDnsEnabled: false,
      PolicyDocument: allow('kms:Describe*', { Principal: '*' }),
    }),
  );
  ids.endpoint = VpcEndpoint?.VpcEndpointId as string;
  const kms = new KMSClient({
    endpoint: `${world.server.url}/${ids.endpoint}`,
    region: REGION,
    credentials: mary.credentials,
  });
  await refusal(kms.send(new GenerateDataKeyCommand({ KeyId: ids.key, KeySpec: 'AES_256' })));
  kms.destroy();
}

async function asked(question: string, body: object): Promise<Explanation> {
  return JSON.parse(JSON.stringify(await imported.questions[question]?.(body as Record<string, unknown>)));
}

const essence = ({ verdict, headline, symptom, checks: [check], remedies, now }: Explanation) => ({
  ...{ verdict, headline, symptom, now, policyType: check?.policyType, who: check?.principal.who },
  remedies: remedies.map(({ kind, document, target, commands }) => ({ kind, document, target, commands })),
});

describe('a snapshot', () => {
  for (const [what, subject] of [
    ['a stack that failed, from its events to the call', () => 'data'],
    ['a call that an endpoint did not let through', () => 'user/mary'],
  ] as const) {
    test(`explains ${what}, as its account does`, async () => {
      const live = await world.server.ask<Explanation>('explain', { subject: subject() });
      assert.equal(live.verdict, 'denied');
      assert.deepEqual(essence(await asked('explain', { subject: subject() })), essence(live));
    });
  }

  test('decides what came through an endpoint as AWS decided it', async () => {
    const { calibration } = (await asked('check', {})) as unknown as {
      calibration: { notUnderstood: object[]; undecided: object };
    };
    assert.deepEqual([calibration.notUnderstood, calibration.undecided], [[], {}]);
  });
});

/** Subject, call and what is given beside it; who is denied which action first. */
const PLANS: readonly [
  subject: string,
  call: string | undefined,
  input: object,
  who: string,
  action: string,
][] = [
  ['instance', undefined, {}, 'user john', 'kms:CreateGrant'],
  ['instance', 'RunInstances', {}, 'user john', 'kms:GenerateDataKeyWithoutPlaintext'],
  ['volume', undefined, {}, 'user john', 'kms:GenerateDataKeyWithoutPlaintext'],
  ['snapshot', undefined, {}, 'user john', 'kms:ReEncryptFrom'],
  ['snapshot', 'CopySnapshot', {}, 'user john', 'kms:CreateGrant'],
  ['launchTemplate', undefined, {}, 'user john', 'kms:GenerateDataKeyWithoutPlaintext'],
  ['data', undefined, { TemplateBody: 'template' }, 'user john', 'kms:GenerateDataKeyWithoutPlaintext'],
];

describe('the call that somebody would make', () => {
  for (const [subject, call, given, who, action] of PLANS) {
    test(`on ${subject}${call ? `, ${call},` : ''} is decided with all that follows`, async () => {
      const input = Object.fromEntries(Object.entries(given).map(([name, id]) => [name, ids[id]]));
      const body = { subject: ids[subject] ?? subject, as: 'user/john', call, input };
      const plan = await asked('explain', body);
      const [check] = plan.checks;
      assert.deepEqual([plan.verdict, check?.principal.who, check?.action], ['denied', who, action]);
      assert.ok(plan.remediesVerified && plan.remedies.length > 0);
      // On a server it is the same.
      const live = await world.server.ask<Explanation>('explain', body);
      assert.deepEqual(essence(plan), essence(live));
    });
  }

  test('is allowed to whoever may, and not made up where there is nothing to make it of', async () => {
    assert.equal(
      (await asked('explain', { subject: ids.volume, as: 'user/john', call: 'CreateSnapshot' })).verdict,
      'allowed',
    );
    await assert.rejects(
      asked('explain', { subject: 'data', as: 'user/john' }),
      /template is not known here/,
    );
    await assert.rejects(
      asked('explain', { subject: ids.volume, as: 'user/john', call: 'StartInstances' }),
      /one of these is decided: --call CreateVolume, AttachVolume, CreateSnapshot/,
    );
    await assert.rejects(
      asked('explain', { subject: 'i-0123456789abcdef0', as: 'user/john' }),
      /there is no i-0123456789abcdef0 in account \d{12}, us-east-1; account \d{12}, eu-west-1/,
    );
  });
});

describe('under pseudonyms', () => {
  const redacted = join(folder, 'redacted');
  const textOf = (of: string) =>
    [...filesUnder(of)].map(({ path, name }) => `${name} ${readText(path)}`).join('\n');
  const fileOf = (name: string) =>
    readText([...filesUnder(redacted)].find((file) => file.name.includes(`us-east-1/${name}`))?.path ?? '');

  before(async () => {
    assert.equal(await redact.run({ values: { from: snapshot, out: redacted }, words: [] } as never), 0);
  });

  test('nothing is left of what the account calls its own', () => {
    const [original, text] = [textOf(snapshot), textOf(redacted)];
    const chosen = 'john mary fedora bobolink walrus web data Data Zebra shop Otter Badger team'.split(' ');
    for (const name of chosen) {
      const word = new RegExp(`(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])`);
      assert.match(original, word);
      assert.doesNotMatch(text, word);
    }
    for (const [kind, pattern] of OWN) {
      const own = [...new Set(original.match(pattern))].filter(
        (each) => !/^(?:10\.0\.0\.0|127\.0\.0\.1)$/.test(each),
      );
      assert.ok(own.length > 0, kind);
      assert.deepEqual(
        own.filter((each) => text.includes(each)),
        [],
        kind,
      );
    }
  });

  test('the answers are the same, and a fork has networks within networks', async () => {
    const other = await openImportedWorld(redacted);
    const key = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(fileOf('kms/ListKeys'))?.[0];
    const rights = async (of: ImportedWorld, about: unknown) => {
      const { users } = (await of.questions['who-can']?.({ key: about })) as unknown as {
        users: { rights: { action: string; way: string }[] }[];
      };
      return users.map(({ rights: all }) => all.map(({ action, way }) => `${action} ${way}`)).sort();
    };
    assert.deepEqual(await rights(other, key), await rights(imported, ids.key));
    const calibration = async (of: ImportedWorld) => {
      const { calibration: all } = (await of.questions.check?.({})) as unknown as {
        calibration: Calibration;
      };
      return [all.agreement, all.notUnderstood.length, all.undecided];
    };
    assert.deepEqual(await calibration(other), await calibration(imported));
    const stack = /"StackName": "(x\w+)"/.exec(fileOf('cloudformation/DescribeStacks'))?.[1];
    const explained = (await other.questions.explain?.({ subject: stack })) as unknown as Explanation;
    const { verdict, checks, remedies } = await asked('explain', { subject: 'data' });
    assert.equal(explained.verdict, verdict);
    assert.deepEqual(
      [explained.checks.map(({ action }) => action), explained.remedies.map(({ kind }) => kind)],
      [checks.map(({ action }) => action), remedies.map(({ kind }) => kind)],
    );
    // From an image that is Amazon's, whose snapshots nobody can describe.
    const launches = async (of: ImportedWorld, from: string) => {
      const file = (name: string) =>
        readText([...filesUnder(from)].find((each) => each.name.includes(name))?.path ?? '');
      const [id] = /\bi-[0-9a-f]{17}/.exec(file('us-east-1/ec2/DescribeInstances.json')) ?? [];
      const users = file('iam/GetAccountAuthorizationDetails').matchAll(/"UserName": "([^"]+)"/g);
      const plans: string[] = [];
      for (const [, name] of users) {
        const body = { subject: id, as: `user/${name}`, call: 'RunInstances' };
        const plan = (await of.questions.explain?.(body)) as unknown as Explanation;
        plans.push([plan.verdict, ...plan.checks.map(({ action }) => action)].join(' '));
      }
      return plans.sort();
    };
    assert.deepEqual(await launches(other, redacted), await launches(imported, snapshot));
    await other.close();
    const fork = (await startServerFor(context, servingOptions(redacted, true))).client(EC2Client);
    const { Vpcs = [] } = await fork.send(new DescribeVpcsCommand({}));
    const { Subnets = [] } = await fork.send(new DescribeSubnetsCommand({}));
    const { Reservations = [] } = await fork.send(new DescribeInstancesCommand({}));
    for (const { CidrBlock, VpcId } of Subnets)
      assert.ok(isWithin(CidrBlock, Vpcs.find((vpc) => vpc.VpcId === VpcId)?.CidrBlock));
    const [instance] = Reservations[0]?.Instances ?? [];
    const subnet = Subnets.find(({ SubnetId }) => SubnetId === instance?.SubnetId);
    assert.ok(isWithin(instance?.PrivateIpAddress, subnet?.CidrBlock));
    assert.equal(
      instance?.PrivateDnsName,
      `ip-${instance?.PrivateIpAddress?.replaceAll('.', '-')}.ec2.internal`,
    );
  });
});

interface Calibration {
  readonly agreement: number;
  readonly notUnderstood: readonly object[];
  readonly undecided: object;
}

const OWN: readonly [kind: string, pattern: RegExp][] = [
  ['account', new RegExp(ACCOUNT, 'g')],
  [
    'id',
    /\b(?:[a-z]{1,6}-[0-9a-f]{17}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|A(?:IDA|ROA|KIA|SIA)[A-Z0-9]{12,})\b/g,
  ],
  ['address', /\b(?:10|172|127)(?:\.\d{1,3}){3}\b/g],
  ['host', /\bip(?:-\d{1,3}){4}/g],
  ['MAC address', /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g],
  ['IPv6 network', /\b[0-9a-f]{4}(?::[0-9a-f]{1,4})+::(?=\/)/g],
];

function isWithin(address = '', network = ''): boolean {
  const [start = '', length] = network.split('/');
  const list = new BlockList();
  list.addSubnet(start, Number(length));
  return list.check(address.split('/')[0] ?? '');
}

describe('a fork', () => {
  test('has the same network, to launch into', async () => {
    const server = await startServerFor(context, servingOptions(snapshot, true));
    const fork = server.client(EC2Client);
    const { ec2 } = world;
    const shown = async (client: EC2Client) => ({
      vpcs: (await client.send(new DescribeVpcsCommand({}))).Vpcs,
      // An endpoint's own interfaces are not read, and their addresses are free here.
      subnets: (await client.send(new DescribeSubnetsCommand({}))).Subnets?.map(
        ({ AvailableIpAddressCount: _, ...subnet }) => subnet,
      ),
      groups: (await client.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups,
      rules: (await client.send(new DescribeSecurityGroupRulesCommand({}))).SecurityGroupRules,
      routes: (await client.send(new DescribeRouteTablesCommand({}))).RouteTables,
      endpoints: (await client.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints,
    });
    assert.deepEqual(await shown(fork), await shown(ec2));
    const id = await world.run({ SubnetId: ids.subnet, SecurityGroupIds: [ids.group as string] }, fork);
    await server.settled();
    assert.match(id, /^i-/);
    // The stack can be looked at; of what was rolled back nothing is left to delete.
    const stacks = server.client(CloudFormationClient);
    const events = { StackName: 'data' };
    const live = await world.server.client(CloudFormationClient).send(new DescribeStackEventsCommand(events));
    const { StackEvents } = await stacks.send(new DescribeStackEventsCommand(events));
    assert.deepEqual(
      StackEvents?.map(({ EventId, ResourceStatus }) => [EventId, ResourceStatus]),
      live.StackEvents?.map(({ EventId, ResourceStatus }) => [EventId, ResourceStatus]),
    );
    await stacks.send(new DeleteStackCommand(events));
    const explained = await server.ask<Explanation>('explain', { subject: 'user/mary' });
    assert.match(
      explained.headline,
      new RegExp(`may not kms:GenerateDataKey on key ${ids.key?.split('/')[1]}`),
    );
  });
});
