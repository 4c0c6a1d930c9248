/** Networks, endpoints and stacks of a real account: explained from a snapshot, planned upon, and gone on with in a fork. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
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
  AuthorizeSecurityGroupIngressCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
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
import { GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { Explanation } from '../../src/explain/explanation.ts';
import { type ImportedWorld, openImportedWorld, servingOptions } from '../../src/imported-world.ts';
import { allow, allowing, REGION } from '../worlds/account.ts';
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
  const web = { ...inVpc, GroupName: 'web', Description: 'web' };
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
