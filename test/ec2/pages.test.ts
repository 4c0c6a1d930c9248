/**
 * Pages of everything that EC2 lists: how few and how many things a page may have, kept as text, and that page after page gives
 * what one answer gives.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { IAMClient } from '@aws-sdk/client-iam';
import { operations } from '../../src/services/ec2/operations.ts';
import { serviceShapes } from '../../src/shapes/services.ts';
import type { OperationShape } from '../../src/shapes/shape.ts';
import { ZONE } from '../worlds/account.ts';
import { anyCall } from '../worlds/any-call.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';
import { newFleetRole } from '../worlds/spot-fleets.ts';
import { compareSteps, goldenOf } from '../worlds/transcript.ts';

const ACCOUNT = '100000000001';
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const MANY = 100_000;
/** As the walk goes on, prices are of another moment. */
const texts = (items: readonly unknown[]) =>
  items.map((item) => JSON.stringify(item, (name, value) => (name === 'Timestamp' ? undefined : value)));
type Output = Readonly<Record<string, unknown>>;

let server: TestServer;
let call: (operation: string, input?: object) => Promise<Output>;
let paged: readonly OperationShape[];
/** What must be named, where things are listed of one. */
let needed: Readonly<Record<string, object>>;

before(async () => {
  server = await startServerFor(undefined);
  const root = await server.root(ACCOUNT);
  call = (operation, input = {}) => anyCall(server, root, { service: 'ec2', operation, input });
  const { PrefixList } = await call('CreateManagedPrefixList', {
    ...{ PrefixListName: 'of-seven', MaxEntries: 7, AddressFamily: 'IPv4' },
    Entries: [...Array(7).keys()].map((at) => ({ Cidr: `10.0.${at}.0/24` })),
  });
  const { Vpcs } = await call('DescribeVpcs');
  const [vpc] = Vpcs as { VpcId: string }[];
  const LaunchTemplateName = 'of-pages';
  await call('CreateLaunchTemplate', {
    LaunchTemplateName,
    LaunchTemplateData: { InstanceType: 't3.micro' },
  });
  const any = { Min: 0 };
  needed = {
    DescribeLaunchTemplateVersions: { LaunchTemplateName },
    GetInstanceTypesFromInstanceRequirements: {
      ...{ ArchitectureTypes: ['x86_64'], VirtualizationTypes: ['hvm'] },
      InstanceRequirements: { VCpuCount: any, MemoryMiB: any },
    },
    GetManagedPrefixListEntries: { PrefixListId: (PrefixList as { PrefixListId: string }).PrefixListId },
    GetSecurityGroupsForVpc: { VpcId: vpc?.VpcId },
  };
  const shapes = serviceShapes('ec2');
  paged = operations.flatMap(({ name }) => {
    const shape = shapes.operation(name);
    return shape?.input.members.some(({ name: member }) => member === 'MaxResults') ? [shape] : [];
  });
});
after(() => server.close());

test('a page has no fewer and no more things than AWS lets it have', async () => {
  const lines: string[] = [];
  const isRefused = (name: string, MaxResults: number) =>
    call(name, { ...needed[name], MaxResults }).then(
      () => undefined,
      ({ name: code, message }: Error) => (/axResults/.test(message) ? message : `${code} all the same`),
    );
  for (const { name } of paged) {
    const bounds: string[] = [];
    for (const asked of [0, MANY]) {
      const message = await isRefused(name, asked);
      // Where a number is named, it is the edge itself.
      const [edge] = /\d+(?=\.?$)/.exec(message ?? '') ?? [];
      if (edge === undefined) bounds.push(`${asked}: ${message ?? 'taken'}`);
      else bounds.push(`${asked}: ${message}; ${edge}: ${(await isRefused(name, Number(edge))) ?? 'taken'}`);
    }
    if (!bounds.every((bound) => bound.endsWith('all the same')))
      lines.push(`${name}\n${bounds.map((bound) => `  ${bound}`).join('\n')}`);
  }
  compareSteps(goldenOf(import.meta.url, 'pages'), lines);
});

test('page after page gives what one answer gives', async () => {
  const numbers = [...Array(7).keys()];
  const [{ VpcId } = {}] = (await call('DescribeVpcs')).Vpcs as { VpcId: string }[];
  const [{ SubnetId } = {}] = (await call('DescribeSubnets')).Subnets as { SubnetId: string }[];
  const specification = { LaunchTemplateName: 'of-pages', Version: '1' };
  const IamFleetRole = await newFleetRole(server.client(IAMClient));
  const launched = { ImageId: IMAGE, InstanceType: 't3.micro' };
  for (const at of numbers) {
    await call('RunInstances', { ...launched, MinCount: 1, MaxCount: 1 });
    const TagSpecifications = [{ ResourceType: 'vpc', Tags: [{ Key: 'at', Value: `${at}` }] }];
    const { Vpc } = await call('CreateVpc', { CidrBlock: `10.${at}.0.0/16`, TagSpecifications });
    const { VpcId: PeerVpcId } = Vpc as { VpcId: string };
    await call('CreateVpcPeeringConnection', { VpcId, PeerVpcId });
    await call('CreateVpcEndpoint', { VpcId: PeerVpcId, ServiceName: 'com.amazonaws.us-east-1.s3' });
    await call('CreateEgressOnlyInternetGateway', { VpcId: PeerVpcId });
    await call('CreateRouteTable', { VpcId });
    await call('CreateNetworkAcl', { VpcId });
    await call('CreateNetworkInterface', { SubnetId });
    await call('CreateNatGateway', { SubnetId, ConnectivityType: 'private' });
    await call('CreateFlowLogs', {
      ...{ ResourceIds: [PeerVpcId], ResourceType: 'VPC', TrafficType: 'ALL' },
      ...{ LogDestinationType: 's3', LogDestination: 'arn:aws:s3:::logs' },
    });
    await call('CreateCapacityReservation', {
      ...{ InstanceType: 't3.micro', InstancePlatform: 'Linux/UNIX', InstanceCount: 1 },
      AvailabilityZone: ZONE,
    });
    await call('CreateFleet', {
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: specification }],
      TargetCapacitySpecification: { TotalTargetCapacity: 0, DefaultTargetCapacityType: 'on-demand' },
    });
    await call('RequestSpotFleet', {
      SpotFleetRequestConfig: {
        IamFleetRole,
        TargetCapacity: 0,
        LaunchTemplateConfigs: [{ LaunchTemplateSpecification: specification }],
      },
    });
    await call('CreateLaunchTemplateVersion', {
      ...{ LaunchTemplateName: 'of-pages', LaunchTemplateData: { InstanceType: 't3.small' } },
    });
    await call('CreateVpcEndpointServiceConfiguration', {
      NetworkLoadBalancerArns: [
        `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:loadbalancer/net/n/012345678${at}abcdef`,
      ],
    });
    await call('CreateVolume', { AvailabilityZone: ZONE, Size: 1 });
    await call('CreateKeyPair', { KeyName: `key-${at}` });
    await call('CreatePlacementGroup', { GroupName: `group-${at}`, Strategy: 'spread' });
    await call('CreateSecurityGroup', { GroupName: `group-${at}`, Description: 'of pages' });
    await call('CreateDhcpOptions', { DhcpConfigurations: [{ Key: 'domain-name', Values: [`d${at}`] }] });
    await call('CreateInternetGateway');
    await call('CreateManagedPrefixList', {
      ...{ PrefixListName: `list-${at}`, MaxEntries: 1, AddressFamily: 'IPv4' },
    });
    await call('CreateLaunchTemplate', {
      ...{ LaunchTemplateName: `template-${at}`, LaunchTemplateData: { InstanceType: 't3.micro' } },
    });
  }
  await call('RequestSpotInstances', { LaunchSpecification: launched, InstanceCount: 7 });
  await server.settled();
  const { Volumes } = await call('DescribeVolumes');
  for (const { VolumeId } of Volumes as { VolumeId: string }[]) await call('CreateSnapshot', { VolumeId });
  await server.settled();
  const walked: string[] = [];
  const unasked: Record<string, number> = {};
  for (const { name, output } of paged) {
    const input = name === 'DescribeSnapshots' ? { OwnerIds: ['self'] } : needed[name];
    const answer: Output = await call(name, input).catch(() => ({}));
    // What names alone are listed of is listed whole beside them.
    const isOfThings = (list: unknown) => Array.isArray(list) && typeof list[0] === 'object';
    const list = output.members.find(({ name: member }) => isOfThings(answer[member]))?.name ?? '';
    const whole = answer[list] as unknown[] | undefined;
    if (answer.NextToken) unasked[name] = whole?.length ?? 0;
    if (!whole || whole.length < 6) continue;
    // Of long lists the beginning.
    const wanted = whole.slice(0, 15);
    const items: unknown[] = [];
    let NextToken: unknown;
    do {
      const page: Output = await call(name, { ...input, MaxResults: 5, NextToken });
      const found = page[list] as unknown[];
      assert.ok(found.length <= 5, name);
      items.push(...found);
      NextToken = page.NextToken;
    } while (NextToken && items.length < wanted.length);
    assert.equal(items.length, wanted.length, name);
    assert.deepEqual(texts(items), texts(wanted), name);
    assert.equal(NextToken !== undefined, whole.length > wanted.length, name);
    walked.push(name);
  }
  assert.ok(walked.length >= 36, walked.join(' '));
  // How many come where no number is asked for.
  assert.deepEqual(unasked, {
    DescribeInstanceTypeOfferings: 1000,
    DescribeInstanceTypes: 100,
    DescribeSpotPriceHistory: 1000,
  });
});

test('a token that EC2 did not give is refused', async () => {
  for (const { name } of paged) {
    const { code } = await refusal(call(name, { ...needed[name], NextToken: 'of nobody' }));
    assert.match(code, /^Invalid|^MissingParameter$/, name);
  }
});
