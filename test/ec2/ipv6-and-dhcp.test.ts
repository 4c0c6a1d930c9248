/** Blocks of addresses of VPCs and subnets, of both families, what they are given to, and sets of DHCP options. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as cli from '@aws-sdk/client-ec2';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

let world: World;
before(async () => {
  world = await ec2World(undefined, { delays: 0 });
});
after(() => world.server.close());

async function newVpc(input: cli.CreateVpcCommandInput = { CidrBlock: '10.0.0.0/16' }): Promise<string> {
  return (await world.ec2.send(new cli.CreateVpcCommand(input))).Vpc!.VpcId!;
}
const vpcOf = async (VpcId: string) =>
  (await world.ec2.send(new cli.DescribeVpcsCommand({ VpcIds: [VpcId] }))).Vpcs![0]!;
const localOf = async (VpcId: string) => {
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
  const { RouteTables: [table] = [] } = await world.ec2.send(new cli.DescribeRouteTablesCommand({ Filters }));
  return table!.Routes!.map(({ DestinationCidrBlock: ipv4, DestinationIpv6CidrBlock: ipv6 }) => ipv4 ?? ipv6);
};

test('a VPC is given further blocks, each with a local route, and they are taken away again', async () => {
  const { ec2 } = world;
  const VpcId = await newVpc();
  const associate = (input: object) => ec2.send(new cli.AssociateVpcCidrBlockCommand({ VpcId, ...input }));
  const { CidrBlockAssociation: further } = await associate({ CidrBlock: '10.1.0.9/20' });
  assert.equal(further?.CidrBlockState?.State, 'associating');
  const { Ipv6CidrBlockAssociation: ipv6 } = await associate({ AmazonProvidedIpv6CidrBlock: true });
  const vpc = await vpcOf(VpcId);
  assert.deepEqual(
    vpc.CidrBlockAssociationSet!.map(({ CidrBlock }) => CidrBlock),
    ['10.0.0.0/16', '10.1.0.0/20'],
  );
  const [{ Ipv6CidrBlock: block } = {}] = vpc.Ipv6CidrBlockAssociationSet!;
  assert.match(block!, /^2600:1f[0-9a-f:]+::\/56$/);
  assert.deepEqual(await localOf(VpcId), ['10.0.0.0/16', '10.1.0.0/20', block]);

  for (const [CidrBlock, code] of [
    ['10.1.0.0/24', 'CidrConflict'],
    ['192.168.0.0/16', 'InvalidVpc.Range'],
    ['172.20.0.0/16', 'InvalidVpc.Range'],
    ['198.19.0.0/24', 'InvalidVpc.Range'],
    ['10.2.0.0/8', 'InvalidVpc.Range'],
  ]) {
    assert.equal((await refusal(associate({ CidrBlock }))).code, code, CidrBlock);
  }
  for (const CidrBlock of ['100.64.0.0/16', '203.0.113.0/24', '10.3.0.0/16']) await associate({ CidrBlock });
  assert.equal((await refusal(associate({ CidrBlock: '10.4.0.0/16' }))).code, 'CidrLimitExceeded');

  const { Subnet } = await ec2.send(new cli.CreateSubnetCommand({ VpcId, CidrBlock: '10.1.2.0/24' }));
  const take = (AssociationId?: string) =>
    ec2.send(new cli.DisassociateVpcCidrBlockCommand({ AssociationId }));
  assert.equal((await refusal(take(further!.AssociationId))).code, 'InvalidCidrBlock.InUse');
  const [{ AssociationId: first } = {}] = vpc.CidrBlockAssociationSet!;
  assert.equal((await refusal(take(first))).code, 'OperationNotPermitted');
  const unknown = 'vpc-cidr-assoc-0123456789abcdef0';
  assert.equal((await refusal(take(unknown))).code, 'InvalidVpcCidrBlockAssociationID.NotFound');
  await ec2.send(new cli.DeleteSubnetCommand({ SubnetId: Subnet!.SubnetId }));
  await take(further!.AssociationId);
  await take(ipv6!.AssociationId);
  assert.deepEqual(await localOf(VpcId), ['10.0.0.0/16', '100.64.0.0/16', '203.0.113.0/24', '10.3.0.0/16']);
});

test('addresses of IPv6 go from a VPC’s block to subnets, interfaces and instances', async () => {
  const { ec2 } = world;
  const VpcId = await newVpc({ CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true });
  const [{ Ipv6CidrBlock: block = '' } = {}] = (await vpcOf(VpcId)).Ipv6CidrBlockAssociationSet!;
  const nth = (index: number) => block.replace('00::/56', `${index.toString(16).padStart(2, '0')}::/64`);
  const made = await ec2.send(
    new cli.CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24', Ipv6CidrBlock: nth(1) }),
  );
  const SubnetId = made.Subnet!.SubnetId!;
  const [{ AssociationId } = {}] = made.Subnet!.Ipv6CidrBlockAssociationSet!;
  const { Subnet: bare } = await ec2.send(new cli.CreateSubnetCommand({ VpcId, CidrBlock: '10.0.1.0/24' }));
  const give = (Ipv6CidrBlock: string, id = bare!.SubnetId) =>
    ec2.send(new cli.AssociateSubnetCidrBlockCommand({ SubnetId: id, Ipv6CidrBlock }));
  assert.equal((await refusal(give(nth(1)))).code, 'InvalidSubnet.Conflict');
  assert.equal((await refusal(give('2001:db8::/64'))).code, 'InvalidSubnet.Range');
  assert.equal((await refusal(give(nth(2).replace('/64', '/65')))).code, 'InvalidSubnet.Range');
  assert.equal((await refusal(give('nonsense'))).code, 'InvalidParameterValue');
  assert.equal((await refusal(give(nth(3), SubnetId))).code, 'CidrLimitExceeded');
  const assigns = (id: string, Value: boolean) =>
    ec2.send(new cli.ModifySubnetAttributeCommand({ SubnetId: id, AssignIpv6AddressOnCreation: { Value } }));
  assert.equal((await refusal(assigns(bare!.SubnetId!, true))).code, 'InvalidParameterValue');
  await assigns(SubnetId, true);

  const instance = await world.instance(await world.run({ SubnetId }));
  const prefix = nth(1).replace('::/64', ':');
  assert.ok(instance.Ipv6Address?.startsWith(prefix), `${instance.Ipv6Address} in ${prefix}`);
  const [{ NetworkInterfaceId } = {}] = instance.NetworkInterfaces!;
  const chosen = `${prefix}:abcd`;
  const assign = (input: object) =>
    ec2.send(new cli.AssignIpv6AddressesCommand({ NetworkInterfaceId, ...input }));
  const { AssignedIpv6Addresses: added } = await assign({ Ipv6Addresses: [chosen] });
  assert.deepEqual(added, [chosen]);
  assert.equal((await refusal(assign({ Ipv6Addresses: [chosen] }))).code, 'InvalidIPAddress.InUse');
  assert.equal((await refusal(assign({ Ipv6Addresses: ['2001:db8::1'] }))).code, 'InvalidParameterValue');
  assert.equal((await refusal(assign({}))).code, 'MissingParameter');
  await assign({ Ipv6AddressCount: 2 });
  const shown = async () =>
    (await world.instance(instance.InstanceId!)).NetworkInterfaces![0]!.Ipv6Addresses!.length;
  assert.equal(await shown(), 4);
  const drop = (Ipv6Addresses: string[]) =>
    ec2.send(new cli.UnassignIpv6AddressesCommand({ NetworkInterfaceId, Ipv6Addresses }));
  await drop([chosen]);
  assert.equal((await refusal(drop([chosen]))).code, 'InvalidParameterValue');
  assert.equal(await shown(), 3);
  const byAddress = await ec2.send(
    new cli.DescribeInstancesCommand({ Filters: [{ Name: 'ipv6-address', Values: [`${prefix}*`] }] }),
  );
  assert.equal(byAddress.Reservations!.length, 1);
  const named = await world.instance(await world.run({ SubnetId, Ipv6Addresses: [{ Ipv6Address: chosen }] }));
  assert.equal(named.Ipv6Address, chosen);
  const inBare = world.run({ SubnetId: bare!.SubnetId, Ipv6AddressCount: 1 });
  assert.equal((await refusal(inBare)).code, 'InvalidParameterValue');
  const take = ec2.send(new cli.DisassociateSubnetCidrBlockCommand({ AssociationId }));
  assert.equal((await refusal(take)).code, 'InvalidCidrBlock.InUse');
});

test('interfaces of NAT gateways and VPC endpoints have no address of IPv6, whatever the subnet says', async () => {
  const { ec2 } = world;
  const VpcId = await newVpc({ CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true });
  const [{ Ipv6CidrBlock: block = '' } = {}] = (await vpcOf(VpcId)).Ipv6CidrBlockAssociationSet!;
  const Ipv6CidrBlock = block.replace('/56', '/64');
  const { Subnet } = await ec2.send(
    new cli.CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24', Ipv6CidrBlock }),
  );
  const SubnetId = Subnet!.SubnetId!;
  const AssignIpv6AddressOnCreation = { Value: true };
  await ec2.send(new cli.ModifySubnetAttributeCommand({ SubnetId, AssignIpv6AddressOnCreation }));
  await ec2.send(new cli.CreateNatGatewayCommand({ SubnetId, ConnectivityType: 'private' }));
  await ec2.send(
    new cli.CreateVpcEndpointCommand({
      VpcId,
      ServiceName: 'com.amazonaws.us-east-1.kms',
      VpcEndpointType: 'Interface',
      SubnetIds: [SubnetId],
      PrivateDnsEnabled: false,
    }),
  );
  await ec2.send(new cli.CreateNetworkInterfaceCommand({ SubnetId }));
  const { NetworkInterfaces = [] } = await ec2.send(
    new cli.DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'subnet-id', Values: [SubnetId] }] }),
  );
  const counts = NetworkInterfaces.map((each) => [each.RequesterManaged, each.Ipv6Addresses!.length]);
  assert.deepEqual(counts.sort(), [[false, 1], ...Array(2).fill([true, 0])]);
});

test('a subnet of IPv6 alone gives interfaces and instances no other addresses, and names them by their ids', async () => {
  const { ec2 } = world;
  const VpcId = await newVpc({ CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true });
  const [{ Ipv6CidrBlock: block = '' } = {}] = (await vpcOf(VpcId)).Ipv6CidrBlockAssociationSet!;
  const Ipv6CidrBlock = block.replace('/56', '/64');
  const make = (input: object) =>
    ec2.send(new cli.CreateSubnetCommand({ VpcId, Ipv6Native: true, ...input }));
  assert.match((await refusal(make({}))).message, /ipv6CidrBlock/);
  assert.equal(
    (await refusal(make({ CidrBlock: '10.0.0.0/24', Ipv6CidrBlock }))).code,
    'InvalidParameterCombination',
  );
  const { Subnet } = await make({ Ipv6CidrBlock });
  const SubnetId = Subnet!.SubnetId!;
  assert.deepEqual(
    [Subnet!.Ipv6Native, Subnet!.CidrBlock, Subnet!.AvailableIpAddressCount],
    [true, undefined, 0],
  );
  assert.equal(Subnet!.AssignIpv6AddressOnCreation, true);
  assert.equal(Subnet!.PrivateDnsNameOptionsOnLaunch?.HostnameType, 'resource-name');
  const [{ AssociationId = '' } = {}] = Subnet!.Ipv6CidrBlockAssociationSet!;
  const leave = ec2.send(new cli.DisassociateSubnetCidrBlockCommand({ AssociationId }));
  assert.equal((await refusal(leave)).code, 'OperationNotPermitted');
  await ec2.send(new cli.CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24' }));

  const { NetworkInterface } = await ec2.send(new cli.CreateNetworkInterfaceCommand({ SubnetId }));
  const { PrivateIpAddress, PrivateIpAddresses, PrivateDnsName, Ipv6Addresses } = NetworkInterface!;
  assert.deepEqual([PrivateIpAddress, PrivateIpAddresses, PrivateDnsName], [undefined, [], undefined]);
  assert.equal(Ipv6Addresses?.length, 1);
  const instance = await world.instance(await world.run({ SubnetId }));
  const name = `${instance.InstanceId}.ec2.internal`;
  assert.deepEqual([instance.PrivateIpAddress, instance.PrivateDnsName], [undefined, name]);
  const Filters = [{ Name: 'private-dns-name', Values: [name] }];
  assert.equal((await ec2.send(new cli.DescribeInstancesCommand({ Filters }))).Reservations!.length, 1);
  assert.equal(instance.NetworkInterfaces![0]!.Ipv6Addresses?.length, 1);

  const { AllocationId } = await ec2.send(new cli.AllocateAddressCommand({}));
  const { NetworkInterfaceId } = NetworkInterface!;
  const { InstanceId } = instance;
  for (const call of [
    new cli.AssignPrivateIpAddressesCommand({ NetworkInterfaceId, SecondaryPrivateIpAddressCount: 1 }),
    new cli.ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }),
    new cli.ModifySubnetAttributeCommand({ SubnetId, PrivateDnsHostnameTypeOnLaunch: 'ip-name' }),
    new cli.CreateNatGatewayCommand({ SubnetId, ConnectivityType: 'private' }),
    new cli.AssociateAddressCommand({ AllocationId, NetworkInterfaceId }),
    new cli.ModifyPrivateDnsNameOptionsCommand({ InstanceId, EnableResourceNameDnsARecord: true }),
    new cli.ModifyPrivateDnsNameOptionsCommand({
      InstanceId,
      PrivateDnsHostnameType: 'ip-name',
    }),
  ]) {
    assert.match((await refusal(ec2.send(call as cli.CreateNatGatewayCommand))).message, /IPv4/);
  }
});

test('routes of IPv6 leave by an egress-only internet gateway, until that is gone', async () => {
  const { ec2 } = world;
  const VpcId = await newVpc();
  const { EgressOnlyInternetGateway: gateway } = await ec2.send(
    new cli.CreateEgressOnlyInternetGatewayCommand({ VpcId, ClientToken: 'eigw' }),
  );
  const EgressOnlyInternetGatewayId = gateway!.EgressOnlyInternetGatewayId!;
  assert.deepEqual(gateway!.Attachments, [{ State: 'attached', VpcId }]);
  const { RouteTable: table } = await ec2.send(new cli.CreateRouteTableCommand({ VpcId }));
  const { RouteTableId } = table!;
  const route = (input: object) =>
    ec2.send(new cli.CreateRouteCommand({ RouteTableId, EgressOnlyInternetGatewayId, ...input }));
  assert.equal((await refusal(route({ DestinationCidrBlock: '0.0.0.0/0' }))).code, 'InvalidParameterValue');
  await route({ DestinationIpv6CidrBlock: '0:0::/0' });
  const again = await refusal(route({ DestinationIpv6CidrBlock: '::/0' }));
  assert.equal(again.code, 'RouteAlreadyExists');
  const stateOf = async () => {
    const RouteTableIds = [RouteTableId!];
    const { RouteTables } = await ec2.send(new cli.DescribeRouteTablesCommand({ RouteTableIds }));
    return RouteTables![0]!.Routes!.at(-1)!;
  };
  const { DestinationIpv6CidrBlock, State } = await stateOf();
  assert.deepEqual([DestinationIpv6CidrBlock, State], ['::/0', 'active']);
  const gone = { code: 'DependencyViolation' };
  assert.equal((await refusal(ec2.send(new cli.DeleteVpcCommand({ VpcId })))).code, gone.code);
  await ec2.send(new cli.DeleteEgressOnlyInternetGatewayCommand({ EgressOnlyInternetGatewayId }));
  assert.equal((await stateOf()).State, 'blackhole');
  await ec2.send(new cli.DeleteRouteCommand({ RouteTableId, DestinationIpv6CidrBlock: '::/0' }));
});

test('a table is another’s main one, serves a gateway, and leads to an instance', async () => {
  const { ec2 } = world;
  const VpcId = await newVpc();
  const { InternetGateway } = await ec2.send(new cli.CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway!.InternetGatewayId!;
  const { RouteTable } = await ec2.send(new cli.CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable!.RouteTableId!;
  const associate = () => ec2.send(new cli.AssociateRouteTableCommand({ RouteTableId, GatewayId }));
  assert.match((await refusal(associate())).message, /belong to different networks/);
  await ec2.send(new cli.AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId }));
  const { AssociationId } = await associate();
  assert.equal((await refusal(associate())).code, 'Resource.AlreadyAssociated');
  const tables = async () =>
    (await ec2.send(new cli.DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] })))
      .RouteTables!;
  const main = (await tables()).find(({ Associations: [one] = [] }) => one?.Main)!;
  const replace = (id: string) =>
    ec2.send(new cli.ReplaceRouteTableAssociationCommand({ AssociationId: id, RouteTableId }));
  const { NewAssociationId } = await replace(main.Associations![0]!.RouteTableAssociationId!);
  const now = (await tables()).find((each) => each.RouteTableId === RouteTableId)!;
  assert.deepEqual(
    now.Associations!.map(({ RouteTableAssociationId: id, Main, GatewayId: gateway }) => [id, Main, gateway]),
    [
      [AssociationId, false, GatewayId],
      [NewAssociationId, true, undefined],
    ],
  );
  assert.equal((await refusal(replace('rtbassoc-0123456789abcdef0'))).code, 'InvalidAssociationID.NotFound');
  await ec2.send(new cli.DeleteRouteTableCommand({ RouteTableId: main.RouteTableId }));

  const { Subnet } = await ec2.send(new cli.CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24' }));
  const InstanceId = await world.run({ SubnetId: Subnet!.SubnetId });
  await world.server.settled();
  await ec2.send(new cli.CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', InstanceId }));
  const routeOf = async () => {
    const { InstanceId: id, State, NetworkInterfaceId: eni } = (await tables())[0]!.Routes!.at(-1)!;
    return [id, State, eni?.slice(0, 4)];
  };
  assert.deepEqual(await routeOf(), [InstanceId, 'active', 'eni-']);
  await ec2.send(new cli.TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  await world.server.settled();
  assert.deepEqual(await routeOf(), [undefined, 'blackhole', 'eni-']);
});

test('a set of DHCP options is made, used by a VPC, and deleted once none uses it', async () => {
  const { ec2 } = world;
  const VpcId = await newVpc();
  const create = (DhcpConfigurations: cli.NewDhcpConfiguration[]) =>
    ec2.send(new cli.CreateDhcpOptionsCommand({ DhcpConfigurations }));
  const { DhcpOptions: made } = await create([
    { Key: 'ntp-servers', Values: ['10.0.0.3'] },
    { Key: 'domain-name-servers', Values: ['10.0.0.2', 'fd00:ec2::253'] },
    { Key: 'domain-name', Values: ['corp.example'] },
  ]);
  assert.deepEqual(
    made!.DhcpConfigurations!.map(({ Key, Values }) => [Key, ...Values!.map(({ Value }) => Value)]),
    [
      ['domain-name', 'corp.example'],
      ['domain-name-servers', '10.0.0.2', 'fd00:ec2::253'],
      ['ntp-servers', '10.0.0.3'],
    ],
  );
  const DhcpOptionsId = made!.DhcpOptionsId!;
  for (const [Key, ...Values] of [
    ['domain-name-servers', '10.0.0.2', 'ns.example'],
    ['netbios-node-type', '3'],
    ['no-such-option', '1'],
    ['constructor', '1'],
    ['__proto__', '1'],
  ]) {
    assert.equal((await refusal(create([{ Key, Values }]))).code, 'InvalidParameterValue', Key);
  }
  await ec2.send(new cli.AssociateDhcpOptionsCommand({ DhcpOptionsId, VpcId }));
  assert.equal((await vpcOf(VpcId)).DhcpOptionsId, DhcpOptionsId);
  const remove = () => ec2.send(new cli.DeleteDhcpOptionsCommand({ DhcpOptionsId }));
  assert.equal((await refusal(remove())).code, 'DependencyViolation');
  const Filters = [{ Name: 'key', Values: ['domain-name'] }];
  const { DhcpOptions: named } = await ec2.send(new cli.DescribeDhcpOptionsCommand({ Filters }));
  assert.equal(named!.length, 2, 'the account’s standard set among them');
  await ec2.send(new cli.AssociateDhcpOptionsCommand({ DhcpOptionsId: 'default', VpcId }));
  assert.equal((await vpcOf(VpcId)).DhcpOptionsId, 'default');
  await remove();
  assert.equal((await refusal(remove())).code, 'InvalidDhcpOptionID.NotFound');
});

test('the standard set of DHCP options is gone once it is deleted, and comes back with the next VPC', async (t) => {
  const { ec2 } = await ec2World(t);
  const listed = async () => {
    const { DhcpOptions } = await ec2.send(new cli.DescribeDhcpOptionsCommand({}));
    return DhcpOptions!.map(({ DhcpOptionsId }) => DhcpOptionsId);
  };
  const [DhcpOptionsId] = await listed();
  const remove = () => ec2.send(new cli.DeleteDhcpOptionsCommand({ DhcpOptionsId }));
  assert.equal((await refusal(remove())).code, 'DependencyViolation');
  const { Vpcs } = await ec2.send(new cli.DescribeVpcsCommand({}));
  const { VpcId: defaultVpc } = Vpcs![0]!;
  await ec2.send(new cli.AssociateDhcpOptionsCommand({ DhcpOptionsId: 'default', VpcId: defaultVpc }));
  await remove();
  assert.deepEqual(await listed(), []);
  assert.equal((await refusal(remove())).code, 'InvalidDhcpOptionID.NotFound');
  const { Vpc } = await ec2.send(new cli.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  assert.deepEqual(await listed(), [Vpc!.DhcpOptionsId]);
});
