/**
 * Every filter that AWS documents for a listing is known, and lets through what it names and nothing else. Which member a
 * filter is held against follows from its name; where it does not, `SHOWN_AS` says it.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import * as sdk from '@aws-sdk/client-ec2';
import { emptyListingNames } from '../../src/service-kit/empty-listings.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';

type Input = object;
type Output = Record<string, unknown>;
type Client = { send(command: object): Promise<Output> };

let server: TestServer;
let ec2: Client;
before(async () => {
  server = await startServerFor(undefined);
  ec2 = server.client(sdk.EC2Client) as unknown as Client;
  await furnish();
});
after(() => server.close());

const commands = sdk as unknown as Record<string, new (input: Input) => object>;
const call = async <T = Record<string, string>>(operation: string, input: Input): Promise<T> =>
  (await ec2.send(new commands[`${operation}Command`]!(input))) as T;

/** Two of what is most listed, which differ in as much as may be. */
async function furnish(): Promise<void> {
  const { Vpc } = await call<sdk.CreateVpcCommandOutput>('CreateVpc', {
    CidrBlock: '10.0.0.0/16',
    AmazonProvidedIpv6CidrBlock: true,
  });
  const VpcId = Vpc!.VpcId!;
  const { Subnet } = await call<sdk.CreateSubnetCommandOutput>('CreateSubnet', {
    VpcId,
    CidrBlock: '10.0.1.0/24',
    AvailabilityZone: 'us-east-1b',
  });
  const SubnetId = Subnet!.SubnetId!;
  const { InternetGateway } = await call<sdk.CreateInternetGatewayCommandOutput>('CreateInternetGateway', {});
  const InternetGatewayId = InternetGateway!.InternetGatewayId;
  await call('AttachInternetGateway', { InternetGatewayId, VpcId });
  const { RouteTable } = await call<sdk.CreateRouteTableCommandOutput>('CreateRouteTable', { VpcId });
  const { RouteTableId } = RouteTable!;
  await call('AssociateRouteTable', { RouteTableId, SubnetId });
  await call('CreateRoute', {
    RouteTableId,
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: InternetGatewayId,
  });
  const { VpnGateway } = await call<sdk.CreateVpnGatewayCommandOutput>('CreateVpnGateway', {
    Type: 'ipsec.1',
    AvailabilityZone: 'us-east-1a',
  });
  await call('CreateVpnGateway', { Type: 'ipsec.1', AmazonSideAsn: 65_001 });
  await call('AttachVpnGateway', { VpnGatewayId: VpnGateway!.VpnGatewayId, VpcId });
  await call('CreateCustomerGateway', { Type: 'ipsec.1', IpAddress: '12.1.2.3' });
  await call('CreateCustomerGateway', { Type: 'ipsec.1', IpAddress: '12.1.2.4', BgpAsn: 65_534 });
  await call('CreateInstanceConnectEndpoint', { SubnetId });
  const balancers = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer';
  await call('CreateVpcEndpointServiceConfiguration', {
    NetworkLoadBalancerArns: [`${balancers}/net/shop/1`],
  });
  await call('CreateVpcEndpointServiceConfiguration', {
    GatewayLoadBalancerArns: [`${balancers}/gwy/look/2`],
    SupportedIpAddressTypes: ['ipv6'],
  });
  const { AllocationId } = await call('AllocateAddress', {});
  await call('CreateNatGateway', { SubnetId, AllocationId });
  await call('CreateNatGateway', { SubnetId, ConnectivityType: 'private' });
  const { PrefixList } = await call<sdk.CreateManagedPrefixListCommandOutput>('CreateManagedPrefixList', {
    PrefixListName: 'offices',
    MaxEntries: 1,
    AddressFamily: 'IPv4',
  });
  const PrefixListIds = [{ PrefixListId: PrefixList!.PrefixListId }];
  const group = async (GroupName: string) =>
    (await call('CreateSecurityGroup', { GroupName, Description: `of ${GroupName}`, VpcId })).GroupId;
  const [web, db] = [await group('web'), await group('db')];
  const permission = (port: number, GroupId: string | undefined) => ({
    IpProtocol: port === 22 ? 'tcp' : 'udp',
    FromPort: port,
    ToPort: port + 1,
    IpRanges: [{ CidrIp: `${port}.0.0.0/8` }],
    Ipv6Ranges: [{ CidrIpv6: `2001:${port}::/32` }],
    UserIdGroupPairs: [{ GroupId }],
    PrefixListIds,
  });
  await call('AuthorizeSecurityGroupIngress', { GroupId: web, IpPermissions: [permission(22, db)] });
  await call('AuthorizeSecurityGroupEgress', { GroupId: db, IpPermissions: [permission(53, web)] });
  await call('CreateKeyPair', { KeyName: 'one', KeyType: 'ed25519' });
  await call('CreateKeyPair', { KeyName: 'two', KeyType: 'ed25519' });
  await call('CreatePlacementGroup', { GroupName: 'spread', Strategy: 'spread' });
  await call('CreateVpcEndpoint', {
    VpcId,
    ServiceName: 'com.amazonaws.us-east-1.s3',
    RouteTableIds: [RouteTableId],
  });
  const { NetworkAcl } = await call<sdk.CreateNetworkAclCommandOutput>('CreateNetworkAcl', { VpcId });
  await call('CreateNetworkAclEntry', {
    NetworkAclId: NetworkAcl!.NetworkAclId,
    RuleNumber: 7,
    Protocol: '6',
    RuleAction: 'allow',
    Egress: false,
    CidrBlock: '9.0.0.0/8',
    PortRange: { From: 22, To: 23 },
  });
  await furnishMachines(SubnetId, web!);
}

async function furnishMachines(SubnetId: string, group: string): Promise<void> {
  const { Images = [] } = await call<sdk.DescribeImagesCommandOutput>('DescribeImages', {
    Owners: ['amazon'],
  });
  const image = (architecture: string) =>
    Images.find(({ Architecture, Platform }) => Architecture === architecture && !Platform)?.ImageId;
  const [x86, arm] = [image('x86_64'), image('arm64')];
  const run = async (input: Input) => {
    const { Instances } = await call<sdk.RunInstancesCommandOutput>('RunInstances', {
      MinCount: 1,
      MaxCount: 1,
      ...input,
    });
    return Instances![0]!.InstanceId!;
  };
  const InstanceId = await run({
    ImageId: x86,
    InstanceType: 't3.micro',
    SubnetId,
    SecurityGroupIds: [group],
    KeyName: 'one',
    ClientToken: 'first',
    MetadataOptions: { HttpTokens: 'required' },
  });
  await run({
    ImageId: arm,
    InstanceType: 't4g.micro',
    Monitoring: { Enabled: true },
    Placement: { GroupName: 'spread' },
  });
  const LaunchTemplateData = { ImageId: x86, InstanceType: 't3.micro', EbsOptimized: true };
  await call('CreateLaunchTemplate', { LaunchTemplateName: 'first', LaunchTemplateData });
  await call('CreateLaunchTemplateVersion', {
    LaunchTemplateName: 'first',
    LaunchTemplateData: { InstanceType: 'm5.large' },
  });
  const LaunchSpecification = { ImageId: x86, InstanceType: 't3.micro', KeyName: 'one' };
  await call('RequestSpotInstances', { LaunchSpecification });
  await server.settled();
  const { AllocationId } = await call('AllocateAddress', {});
  await call('AssociateAddress', { AllocationId, InstanceId });
  const volume = async (rest: Input) =>
    (await call('CreateVolume', { AvailabilityZone: 'us-east-1b', Size: 4, ...rest })).VolumeId;
  const volumes = [await volume({ Encrypted: true }), await volume({ VolumeType: 'io2', Iops: 200 })];
  await server.settled();
  await call('AttachVolume', { VolumeId: volumes[1], InstanceId, Device: '/dev/sdg' });
  for (const VolumeId of volumes) await call('CreateSnapshot', { VolumeId, Description: `of ${VolumeId}` });
  await call('CopyVolumes', { SourceVolumeId: volumes[0] });
  await call('ModifyVolume', { VolumeId: volumes[1], Size: 5 });
  await call('CreateImage', { InstanceId, Name: 'mine', Description: 'an image', NoReboot: true });
  await call('CreateNetworkInterface', { SubnetId, Description: 'spare', Groups: [group] });
  await call('ModifyInstanceMaintenanceOptions', { InstanceId, AutoRecovery: 'disabled' });
  await furnishRoutes(SubnetId);
  await server.settled();
}

/** To what is there, and to what is not any more. */
async function furnishRoutes(SubnetId: string): Promise<void> {
  const { NetworkInterfaces = [] } = await call<sdk.DescribeNetworkInterfacesCommandOutput>(
    'DescribeNetworkInterfaces',
    { Filters: [{ Name: 'subnet-id', Values: [SubnetId] }] },
  );
  const { RouteTables = [] } = await call<sdk.DescribeRouteTablesCommandOutput>('DescribeRouteTables', {
    Filters: [{ Name: 'association.subnet-id', Values: [SubnetId] }],
  });
  const { RouteTableId, VpcId } = RouteTables[0]!;
  const route = (destination: Input) => call('CreateRoute', { RouteTableId, ...destination });
  for (const [at, { NetworkInterfaceId }] of NetworkInterfaces.entries())
    await route({ DestinationCidrBlock: `192.168.${at}.0/24`, NetworkInterfaceId });
  const { EgressOnlyInternetGateway } = await call<sdk.CreateEgressOnlyInternetGatewayCommandOutput>(
    'CreateEgressOnlyInternetGateway',
    { VpcId },
  );
  const { EgressOnlyInternetGatewayId } = EgressOnlyInternetGateway!;
  await route({ DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId });
}

/** By operation, as the documentation of the SDK's types lists them. */
function documentedFilters(): Map<string, string[]> {
  const entry = createRequire(import.meta.url).resolve('@aws-sdk/client-ec2/package.json');
  const folder = join(dirname(entry), 'dist-types/models');
  const found = new Map<string, string[]>();
  for (const file of readdirSync(folder).filter((name) => name.startsWith('models_'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, operation, body] of text.matchAll(/export interface (\w+)Request \{(.*?)\n\}/gs)) {
      const [, documentation] = /\/\*\*((?:(?!\*\/).)*?)\*\/\s*Filters\?: Filter\[\]/s.exec(body!) ?? [];
      // Values of a filter are listed in brackets and are single words.
      const names = [
        ...(documentation ?? '').matchAll(/<li>[\s*]*<p>[\s*]*<code>[\s*]*([a-z0-9.-]+)[\s*]*<\/code>/gi),
      ];
      if (names.length > 0)
        found.set(
          operation!,
          names.map(([, name]) => name!),
        );
    }
  }
  return found;
}

const REFUSED = new Set([
  // AWS documents them, and refuses them.
  'originalMultiAttachEnabled',
  'targetMultiAttachEnabled',
  // Values of a filter, listed beneath it.
  'active',
  'cancelled',
  'critical',
  'dedicated',
  'default',
  'expired',
  'failed',
  'high',
  'informational',
  'limited',
  'low',
  'medium',
  'open',
  'pending',
  'targeted',
  'unlimited',
]);

/** Of filters whose names do not say it: the member they are held against, or `null` where none shows it. */
const SHOWN_AS: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  DescribeAvailabilityZones: { 'parent-zone-id': null, 'parent-zone-name': null },
  DescribeImages: { 'image-watermark.source-image-id': null, 'image-watermark.source-image-region': null },
  DescribeInstanceStatus: {
    'application-status.status': null,
    'instance-status.reachability': 'InstanceStatus.Details.Status',
    'system-status.reachability': 'SystemStatus.Details.Status',
  },
  DescribeInstances: {
    'availability-zone': 'Placement.AvailabilityZone',
    'block-device-mapping.attach-time': 'BlockDeviceMappings.Ebs.AttachTime',
    'block-device-mapping.delete-on-termination': 'BlockDeviceMappings.Ebs.DeleteOnTermination',
    'block-device-mapping.status': 'BlockDeviceMappings.Ebs.Status',
    'block-device-mapping.volume-id': 'BlockDeviceMappings.Ebs.VolumeId',
    'dns-name': 'PublicDnsName',
    // Groups of EC2-Classic.
    'group-id': null,
    'group-name': null,
    'instance.group-id': 'SecurityGroups.GroupId',
    'instance.group-name': 'SecurityGroups.GroupName',
    'instance-state-code': 'State.Code',
    'instance-state-name': 'State.Name',
    'ip-address': 'PublicIpAddress',
    'launch-index': 'AmiLaunchIndex',
    'network-interface.addresses.primary': 'NetworkInterfaces.PrivateIpAddresses.Primary',
    'network-interface.addresses.private-ip-address': 'NetworkInterfaces.PrivateIpAddresses.PrivateIpAddress',
    'network-interface.attachment.attach-time': 'NetworkInterfaces.Attachment.AttachTime',
    'network-interface.attachment.delete-on-termination': 'NetworkInterfaces.Attachment.DeleteOnTermination',
    'network-interface.attachment.instance-owner-id': 'OwnerId',
    'network-interface.attachment.status': 'NetworkInterfaces.Attachment.Status',
    'network-interface.availability-zone': 'Placement.AvailabilityZone',
    'network-interface.group-id': 'NetworkInterfaces.Groups.GroupId',
    'network-interface.group-name': 'NetworkInterfaces.Groups.GroupName',
    'network-interface.owner-id': 'NetworkInterfaces.OwnerId',
    'network-interface.status': 'NetworkInterfaces.Status',
    'network-interface.subnet-id': 'NetworkInterfaces.SubnetId',
    'network-interface.vpc-id': 'NetworkInterfaces.VpcId',
    tenancy: 'Placement.Tenancy',
  },
  DescribeInternetGateways: {
    'attachment.state': 'Attachments.State',
    'attachment.vpc-id': 'Attachments.VpcId',
  },
  DescribeNetworkAcls: {
    'association.association-id': 'Associations.NetworkAclAssociationId',
    'association.network-acl-id': 'Associations.NetworkAclId',
    'association.subnet-id': 'Associations.SubnetId',
    'entry.cidr': 'Entries.CidrBlock',
    'entry.icmp.code': null,
    'entry.icmp.type': null,
    'entry.ipv6-cidr': 'Entries.Ipv6CidrBlock',
    'entry.port-range.from': 'Entries.PortRange.From',
    'entry.port-range.to': 'Entries.PortRange.To',
  },
  DescribeNetworkInterfaces: { 'addresses.association.owner-id': 'PrivateIpAddresses.Association.IpOwnerId' },
  DescribeRouteTables: {
    'association.gateway-id': 'Associations.GatewayId',
    'association.main': 'Associations.Main',
    'association.route-table-id': 'Associations.RouteTableId',
    'route.nat-gateway-id': 'Routes.NatGatewayId',
    'route.state': 'Routes.State',
    'route.transit-gateway-id': 'Routes.TransitGatewayId',
  },
  DescribeSecurityGroups: {
    'egress.ip-permission.cidr': 'IpPermissionsEgress.IpRanges.CidrIp',
    'egress.ip-permission.from-port': 'IpPermissionsEgress.FromPort',
    'egress.ip-permission.group-id': 'IpPermissionsEgress.UserIdGroupPairs.GroupId',
    // Groups of a VPC are named by their ids there.
    'egress.ip-permission.group-name': null,
    'egress.ip-permission.ipv6-cidr': 'IpPermissionsEgress.Ipv6Ranges.CidrIpv6',
    'egress.ip-permission.prefix-list-id': 'IpPermissionsEgress.PrefixListIds.PrefixListId',
    'egress.ip-permission.protocol': 'IpPermissionsEgress.IpProtocol',
    'egress.ip-permission.to-port': 'IpPermissionsEgress.ToPort',
    'egress.ip-permission.user-id': 'IpPermissionsEgress.UserIdGroupPairs.UserId',
    'ip-permission.cidr': 'IpPermissions.IpRanges.CidrIp',
    'ip-permission.group-id': 'IpPermissions.UserIdGroupPairs.GroupId',
    'ip-permission.group-name': null,
    'ip-permission.ipv6-cidr': 'IpPermissions.Ipv6Ranges.CidrIpv6',
    'ip-permission.protocol': 'IpPermissions.IpProtocol',
  },
  DescribeSnapshots: { status: 'State' },
  DescribeSpotInstanceRequests: {
    'fault-message': null,
    'network-interface.group-id': null,
    'network-interface.subnet-id': null,
  },
  DescribeSpotPriceHistory: { timestamp: null },
  DescribeSubnets: {
    'ipv6-cidr-block-association.ipv6-cidr-block': 'Ipv6CidrBlockAssociationSet.Ipv6CidrBlock',
  },
  DescribeVolumeStatus: { 'attachment-status.io-performance': null },
  DescribeVolumes: { 'attachment.status': 'Attachments.State', status: 'State' },
  DescribeVpcEndpoints: { 'vpc-endpoint-state': 'State' },
  DescribeVpcs: {
    cidr: 'CidrBlock',
    'cidr-block-association.state': 'CidrBlockAssociationSet.CidrBlockState.State',
    'ipv6-cidr-block-association.association-id': 'Ipv6CidrBlockAssociationSet.AssociationId',
    'ipv6-cidr-block-association.ipv6-cidr-block': 'Ipv6CidrBlockAssociationSet.Ipv6CidrBlock',
    'ipv6-cidr-block-association.state': 'Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State',
  },
};

type Leaf = readonly [path: string, value: string];

/** The values of an item by the paths of their members, lists left out of the paths. */
function leavesOf(value: unknown, path: readonly string[] = []): Leaf[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => leavesOf(each, path));
  if (typeof value !== 'object' || value instanceof Date) {
    return [[path.join('.'), value instanceof Date ? value.toISOString() : String(value)]];
  }
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]));
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The member of which a filter's name is the whole path, or its end. */
function pathFor(operation: string, filter: string, paths: readonly string[]): string | undefined {
  const special = SHOWN_AS[operation]?.[filter];
  if (special !== undefined) return special ?? undefined;
  const byLength = paths.toSorted((one, other) => one.length - other.length);
  return (
    byLength.find((path) => plain(path) === plain(filter)) ??
    byLength.find((path) => plain(path).endsWith(plain(filter))) ??
    // A filter names one of what is listed under the plural.
    byLength.find((path) => plain(path.replaceAll(/s(?=\.)/g, '')).endsWith(plain(filter)))
  );
}

/** What a listing lists; instances by themselves, since filters are about them. */
async function listed(operation: string, input: Input): Promise<Leaf[][]> {
  const output = await call<Output>(operation, input);
  if (operation === 'DescribeInstances') {
    const { Reservations = [] } = output as unknown as sdk.DescribeInstancesCommandOutput;
    return Reservations.flatMap(({ Instances = [], ...reservation }) =>
      Instances.map((instance) => leavesOf({ ...reservation, ...instance })),
    );
  }
  const lists = Object.values(output).filter((value) => Array.isArray(value));
  const items = lists.find(([first]) => typeof first === 'object') ?? [];
  // A price is as of the call.
  return items.map((item) => leavesOf(item).filter(([path]) => path !== 'Timestamp'));
}

/** Listings of things that AWS has by the thousand are asked about a few of them. */
const REST: Readonly<Record<string, Input>> = {
  DescribeInstanceTypes: { InstanceTypes: ['t3.micro', 'm5d.large', 'm4.large', 'c6gn.large'] },
  DescribeLaunchTemplateVersions: { LaunchTemplateName: 'first' },
  DescribeSpotPriceHistory: { InstanceTypes: ['t3.micro'] },
};

const said = (item: readonly Leaf[]) => JSON.stringify(item);
const has = (item: readonly Leaf[], path: string, value: string) =>
  item.some(([each, found]) => each === path && found === value);

/** Of a member, the last of those that are listed. */
const MAX_VALUES = 6;

test('documented filters are known, and work', async () => {
  const wrong: string[] = [];
  const counts = { asked: 0, held: 0 };
  for (const [operation, names] of documentedFilters()) {
    if (!server.latchkey.runtime.registry.operation('ec2', operation)) continue;
    if (emptyListingNames('ec2').includes(operation)) continue;
    const rest = REST[operation] ?? {};
    const all = await listed(operation, rest).catch(() => []);
    const paths = [...new Set(all.flatMap((item) => item.map(([path]) => path)))];
    for (const name of new Set(names)) {
      if (REFUSED.has(name) || name === 'tag') continue;
      counts.asked++;
      const path = pathFor(operation, name, paths);
      const shown = all.flat().filter(([each, value]) => each === path && value !== '');
      const values = [...new Set(shown.map(([, value]) => value))].slice(-MAX_VALUES);
      if (values.length > 0) counts.held++;
      for (const value of values.length > 0 ? values : ['x']) {
        const found = await listed(operation, {
          Filters: [{ Name: name, Values: [value] }],
          ...rest,
        }).catch((error: Error) => {
          if (/^The filter '/.test(error.message)) wrong.push(`${operation} ${name} is not known`);
        });
        if (!found || path === undefined || values.length === 0) continue;
        const expected = all.filter((item) => has(item, path, value));
        if (found.map(said).toSorted().join() !== expected.map(said).toSorted().join()) {
          wrong.push(
            `${operation} ${name}=${value}: ${found.length} and not the ${expected.length} by ${path}`,
          );
        }
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(counts.asked > 300, `${counts.asked} filters were found in the documentation`);
  assert.ok(counts.held > 300, `${counts.held} filters were held against what they name`);
});

/** As the examples of the API reference and of the AWS CLI show them; all others are of whole seconds. */
const WITH_MILLISECONDS = new Set([
  'DescribeFlowLogs CreationTime',
  'DescribeSnapshots CompletionTime',
  'DescribeSnapshots StartTime',
  'DescribeVolumes CreateTime',
  'DescribeVpcEndpoints CreationTimestamp',
]);

test('times are of whole seconds, but where AWS shows milliseconds', async () => {
  const seen = new Map<string, string[]>();
  for (const command of Object.keys(commands).filter((name) => /^Describe\w+Command$/.test(name))) {
    const operation = command.replace(/Command$/, '');
    if (!server.latchkey.runtime.registry.operation('ec2', operation)) continue;
    const all = await listed(operation, REST[operation] ?? {}).catch(() => []);
    for (const [path, value] of all.flat()) {
      const name = `${operation} ${path}`;
      if (/^20\d\d-\d\d-\d\dT.*Z$/.test(value)) seen.set(name, [...(seen.get(name) ?? []), value]);
    }
  }
  const finer = [...seen].filter(([, values]) => values.some((value) => !value.endsWith('.000Z')));
  assert.deepEqual(
    finer.filter(([name]) => !WITH_MILLISECONDS.has(name)),
    [],
  );
  assert.ok(finer.length > 0, 'some times have milliseconds');
  for (const name of [
    'DescribeInstances LaunchTime',
    'DescribeInstances BlockDeviceMappings.Ebs.AttachTime',
    'DescribeVolumes Attachments.AttachTime',
    'DescribeLaunchTemplates CreateTime',
    'DescribeNatGateways CreateTime',
    'DescribeSpotInstanceRequests Status.UpdateTime',
  ])
    assert.ok(seen.has(name), `${name} was looked at`);
});

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
test('wildcards stand for any characters, or for one or none, and are escaped', async () => {
  for (const KeyName of ['prod', 'prods', 'production', 'prod?', 'pro*d'])
    await call('CreateKeyPair', { KeyName });
  const named = async (pattern: string) => {
    const { KeyPairs = [] } = await call<sdk.DescribeKeyPairsCommandOutput>('DescribeKeyPairs', {
      Filters: [{ Name: 'key-name', Values: [pattern] }],
    });
    return KeyPairs.map(({ KeyName }) => KeyName!).sort();
  };
  assert.deepEqual(await named('prod*'), ['prod', 'prod?', 'prods', 'production']);
  assert.deepEqual(await named('prod?'), ['prod', 'prod?', 'prods']);
  assert.deepEqual(await named('prod\\?'), ['prod?']);
  assert.deepEqual(await named('pro\\*d'), ['pro*d']);
  assert.deepEqual(await named('?pro?d?'), ['pro*d', 'prod', 'prod?', 'prods']);
  assert.deepEqual(await named('*d*s'), ['prods']);
  assert.deepEqual(await named('PROD'), []);
  assert.deepEqual(await named(`${'?*'.repeat(100)}x`), []);
});
