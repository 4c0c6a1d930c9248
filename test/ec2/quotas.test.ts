/** What there may be as many of as AWS's quotas say, and not one more. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as sdk from '@aws-sdk/client-ec2';
import { OTHER_ACCOUNT } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let ec2: sdk.EC2Client;
before(async () => {
  server = await startServerFor(undefined);
  ec2 = server.client(sdk.EC2Client);
});
after(() => server.close());

const newCustomerGateway = (n: number) =>
  ec2.send(
    new sdk.CreateCustomerGatewayCommand({ Type: 'ipsec.1', IpAddress: `198.51.100.${n}`, BgpAsn: 65_001 }),
  );
/** Of the default VPC. */
const vpcId = async () => {
  const Filters = [{ Name: 'is-default', Values: ['true'] }];
  return (await ec2.send(new sdk.DescribeVpcsCommand({ Filters }))).Vpcs![0]!.VpcId!;
};

/** Makes routes of a table of its own. */
async function newRouteMaker() {
  const { Vpc } = await ec2.send(new sdk.CreateVpcCommand({ CidrBlock: '172.16.0.0/16' }));
  const { VpcId } = Vpc!;
  const { InternetGateway } = await ec2.send(new sdk.CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway!.InternetGatewayId!;
  await ec2.send(new sdk.AttachInternetGatewayCommand({ VpcId, InternetGatewayId: GatewayId }));
  const { RouteTable } = await ec2.send(new sdk.CreateRouteTableCommand({ VpcId }));
  const { RouteTableId } = RouteTable!;
  return (destination: object) =>
    ec2.send(new sdk.CreateRouteCommand({ RouteTableId, GatewayId, ...destination }));
}

/** `prepare` gives what makes the nth, from 1. */
const QUOTAS: readonly {
  readonly what: string;
  readonly most: number;
  readonly code: string;
  prepare(): Promise<(n: number) => Promise<unknown>>;
}[] = [
  {
    what: 'customer gateways of an account in a Region',
    most: 50,
    code: 'CustomerGatewayLimitExceeded',
    prepare: async () => newCustomerGateway,
  },
  {
    what: 'VPN connections of a gateway',
    most: 10,
    code: 'VpnConnectionLimitExceeded',
    async prepare() {
      const { VpnGateway } = await ec2.send(new sdk.CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
      return async (n) => {
        // Those that the quota before has made: asked for again they are the same.
        const { CustomerGateway } = await newCustomerGateway(n);
        const { CustomerGatewayId } = CustomerGateway!;
        const { VpnGatewayId } = VpnGateway!;
        return ec2.send(
          new sdk.CreateVpnConnectionCommand({ Type: 'ipsec.1', CustomerGatewayId, VpnGatewayId }),
        );
      };
    },
  },
  {
    what: 'routes of a route table',
    most: 500,
    code: 'RouteLimitExceeded',
    async prepare() {
      const make = await newRouteMaker();
      return (n) => make({ DestinationCidrBlock: `10.${Math.floor(n / 256)}.${n % 256}.0/24` });
    },
  },
  ...(['SubnetLimitExceeded', 'RouteTableLimitExceeded', 'NetworkAclLimitExceeded'] as const).map((code) => ({
    what: `parts of a VPC: ${code}`,
    // A VPC has a main route table and a default network ACL.
    most: code === 'SubnetLimitExceeded' ? 200 : 199,
    code,
    async prepare() {
      const { Vpc } = await ec2.send(new sdk.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
      const VpcId = Vpc!.VpcId!;
      return (n: number) => {
        if (code === 'RouteTableLimitExceeded') return ec2.send(new sdk.CreateRouteTableCommand({ VpcId }));
        if (code === 'NetworkAclLimitExceeded') return ec2.send(new sdk.CreateNetworkAclCommand({ VpcId }));
        return ec2.send(new sdk.CreateSubnetCommand({ VpcId, CidrBlock: `10.0.${n}.0/24` }));
      };
    },
  })),
  ...(['Ingress', 'Egress'] as const).map((direction) => ({
    what: `rules of a security group: ${direction}`,
    // A new group lets everything out.
    most: direction === 'Ingress' ? 60 : 59,
    code: 'RulesPerSecurityGroupLimitExceeded',
    async prepare() {
      const group = { GroupName: direction, Description: 'x', VpcId: await vpcId() };
      const { GroupId } = await ec2.send(new sdk.CreateSecurityGroupCommand(group));
      return (n: number) => {
        const rule = { IpProtocol: 'tcp', FromPort: n, ToPort: n, IpRanges: [{ CidrIp: '10.0.0.0/8' }] };
        const input = { GroupId, IpPermissions: [rule] };
        return direction === 'Ingress'
          ? ec2.send(new sdk.AuthorizeSecurityGroupIngressCommand(input))
          : ec2.send(new sdk.AuthorizeSecurityGroupEgressCommand(input));
      };
    },
  })),
  {
    what: 'interface endpoints of a VPC',
    most: 50,
    code: 'VpcEndpointLimitExceeded',
    async prepare() {
      const { Vpc } = await ec2.send(new sdk.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
      const ServiceName = 'com.amazonaws.us-east-1.kms';
      const endpoint = { VpcId: Vpc!.VpcId!, ServiceName, PrivateDnsEnabled: false };
      return () => ec2.send(new sdk.CreateVpcEndpointCommand({ ...endpoint, VpcEndpointType: 'Interface' }));
    },
  },
  {
    what: 'requests of a VPC for peering that nobody has answered',
    most: 25,
    code: 'OutstandingVpcPeeringConnectionLimitExceeded',
    async prepare() {
      const VpcId = await vpcId();
      const other = server.client(sdk.EC2Client, await server.root(OTHER_ACCOUNT));
      return async (n) => {
        const { Vpc } = await other.send(new sdk.CreateVpcCommand({ CidrBlock: `10.${n}.0.0/16` }));
        const peer = { PeerOwnerId: OTHER_ACCOUNT, PeerVpcId: Vpc!.VpcId! };
        return ec2.send(new sdk.CreateVpcPeeringConnectionCommand({ VpcId, ...peer }));
      };
    },
  },
];

for (const { what, most, code, prepare } of QUOTAS) {
  test(`${most} ${what}, and no more`, async () => {
    const make = await prepare();
    for (let n = 1; n <= most; n++) await make(n);
    assert.equal((await refusal(make(most + 1))).code, code);
  });
}

test('50 filters, 200 values of filters, and no more', async () => {
  const describe = (count: number) =>
    ec2.send(
      new sdk.DescribeVolumesCommand({
        Filters: [{ Name: 'size', Values: Array.from({ length: count }, (_, n) => `${n}`) }],
      }),
    );
  assert.deepEqual((await describe(200)).Volumes, []);
  assert.equal((await refusal(describe(201))).code, 'FilterLimitExceeded');
  const filtered = (count: number, values = 1) =>
    ec2.send(
      new sdk.DescribeVolumesCommand({
        Filters: Array.from({ length: count }, () => ({ Name: 'size', Values: Array(values).fill('1') })),
      }),
    );
  assert.deepEqual((await filtered(50)).Volumes, []);
  assert.equal((await refusal(filtered(51))).code, 'FilterLimitExceeded');
  assert.deepEqual((await filtered(2, 100)).Volumes, []);
  assert.equal((await refusal(filtered(2, 101))).code, 'FilterLimitExceeded');
  const long = (length: number) =>
    ec2.send(new sdk.DescribeVolumesCommand({ Filters: [{ Name: 'size', Values: ['1'.repeat(length)] }] }));
  assert.deepEqual((await long(255)).Volumes, []);
  assert.equal((await refusal(long(256))).code, 'InvalidParameterValue');
});

/** Of a group of its own. */
const newRule = async (GroupName: string) => {
  const { GroupId } = await ec2.send(
    new sdk.CreateSecurityGroupCommand({ GroupName, Description: 'x', VpcId: await vpcId() }),
  );
  return (n: number, source: object) =>
    ec2.send(
      new sdk.AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: n, ToPort: n, ...source }],
      }),
    );
};
const IPV4 = { IpRanges: [{ CidrIp: '10.0.0.0/8' }] };
const IPV6 = { Ipv6Ranges: [{ CidrIpv6: 'fd00::/8' }] };
const cloudFront = async () => {
  const Filters = [{ Name: 'prefix-list-name', Values: ['com.amazonaws.global.cloudfront.origin-facing'] }];
  const { PrefixLists } = await ec2.send(new sdk.DescribeManagedPrefixListsCommand({ Filters }));
  return PrefixLists![0]!.PrefixListId!;
};

test('rules and routes of either family are counted by themselves', async () => {
  const rule = await newRule('both');
  for (let n = 1; n <= 60; n++) {
    await rule(n, IPV4);
    await rule(n, IPV6);
  }
  for (const source of [IPV4, IPV6])
    assert.equal((await refusal(rule(61, source))).code, 'RulesPerSecurityGroupLimitExceeded');
  const groups = await newRule('groups');
  const { SecurityGroups } = await ec2.send(new sdk.DescribeSecurityGroupsCommand({ GroupNames: ['both'] }));
  await groups(1, { UserIdGroupPairs: [{ GroupId: SecurityGroups![0]!.GroupId }] });
  for (let n = 2; n <= 60; n++) await groups(n, IPV6);
  assert.equal((await refusal(groups(61, IPV6))).code, 'RulesPerSecurityGroupLimitExceeded');
  await groups(61, IPV4);
});

test('a prefix list counts for as many as it may have entries, one of AWS for its weight', async () => {
  const rule = await newRule('listed');
  await rule(443, { PrefixListIds: [{ PrefixListId: await cloudFront() }] });
  for (let n = 1; n <= 5; n++) await rule(n, IPV4);
  const { code, message } = await refusal(rule(6, IPV4));
  assert.equal(code, 'RulesPerSecurityGroupLimitExceeded');
  assert.equal(message, 'The maximum number of rules per security group has been reached.');
  const newList = async (AddressFamily: string, MaxEntries: number) => {
    const PrefixListName = `${AddressFamily} ${MaxEntries}`;
    const { PrefixList } = await ec2.send(
      new sdk.CreateManagedPrefixListCommand({ PrefixListName, AddressFamily, MaxEntries }),
    );
    return PrefixList!.PrefixListId!;
  };
  await rule(7, { PrefixListIds: [{ PrefixListId: await newList('IPv6', 60) }] });
  assert.equal((await refusal(rule(8, IPV6))).code, 'RulesPerSecurityGroupLimitExceeded');
  const route = await newRouteMaker();
  await route({ DestinationPrefixListId: await newList('IPv4', 500) });
  const full = await refusal(route({ DestinationCidrBlock: '0.0.0.0/0' }));
  assert.deepEqual(
    [full.code, full.message],
    ['RouteLimitExceeded', 'The maximum number of routes has been reached.'],
  );
  await route({ DestinationIpv6CidrBlock: '::/0' });
  const wrong = await refusal(route({ DestinationPrefixListId: 'everywhere' }));
  assert.equal(wrong.code, 'InvalidPrefixListId.Malformed');
});

test('five security groups an interface, however it comes by them', async () => {
  const VpcId = await vpcId();
  const groupIds: string[] = [];
  for (let n = 1; n <= 6; n++) {
    const named = { GroupName: `g${n}`, Description: 'x', VpcId };
    groupIds.push((await ec2.send(new sdk.CreateSecurityGroupCommand(named))).GroupId!);
  }
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
  const { Subnets } = await ec2.send(new sdk.DescribeSubnetsCommand({ Filters }));
  const SubnetId = Subnets![0]!.SubnetId!;
  const { Images } = await ec2.send(
    new sdk.DescribeImagesCommand({ Filters: [{ Name: 'name', Values: ['al2023-*'] }] }),
  );
  const ImageId = Images!.find(({ Architecture }) => Architecture === 'x86_64')!.ImageId!;
  const launch = (more: object) =>
    ec2.send(
      new sdk.RunInstancesCommand({ ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, ...more }),
    );
  const five = groupIds.slice(0, 5);
  const { NetworkInterface } = await ec2.send(
    new sdk.CreateNetworkInterfaceCommand({ SubnetId, Groups: five }),
  );
  const NetworkInterfaceId = NetworkInterface!.NetworkInterfaceId!;
  const { Instances } = await launch({ SecurityGroupIds: five });
  const InstanceId = Instances![0]!.InstanceId!;
  for (const six of [
    launch({ SecurityGroupIds: groupIds }),
    launch({ SecurityGroupIds: five, SecurityGroups: ['g6'] }),
    launch({ NetworkInterfaces: [{ DeviceIndex: 0, SubnetId, Groups: groupIds }] }),
    ec2.send(new sdk.CreateNetworkInterfaceCommand({ SubnetId, Groups: groupIds })),
    ec2.send(new sdk.ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: groupIds })),
    ec2.send(new sdk.ModifyInstanceAttributeCommand({ InstanceId, Groups: groupIds })),
  ]) {
    const { code, message } = await refusal(six);
    assert.equal(code, 'SecurityGroupsPerInterfaceLimitExceeded');
    assert.equal(message, 'The maximum number of security groups per interface has been reached.');
  }
});

test('five unfinished snapshots of a volume, and one of a hard disk', async (t) => {
  const slow = await startServerFor(t, { delays: 1 });
  const client = slow.client(sdk.EC2Client);
  const newVolume = async (VolumeType: sdk.VolumeType) => {
    const volume = await client.send(
      new sdk.CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 125, VolumeType }),
    );
    await slow.advance(60_000);
    return volume.VolumeId!;
  };
  for (const [type, most] of [
    ['gp3', 5],
    ['st1', 1],
  ] as const) {
    const VolumeId = await newVolume(type);
    const create = () => client.send(new sdk.CreateSnapshotCommand({ VolumeId }));
    for (let n = 0; n < most; n++) await create();
    const { code, message } = await refusal(create());
    assert.equal(code, 'ConcurrentSnapshotLimitExceeded');
    assert.equal(message, 'Maximum allowed in-progress snapshots for a single volume exceeded.');
    await slow.advance(60_000);
    await create();
  }
});
