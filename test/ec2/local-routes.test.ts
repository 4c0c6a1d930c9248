/** Routes within a VPC: those that every table begins with, and more specific ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-ec2';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

async function networkWorld(t: Parameters<typeof ec2World>[0]) {
  const { ec2 } = await ec2World(t);
  const { Vpc } = await ec2.send(
    new sdk.CreateVpcCommand({ CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true }),
  );
  const VpcId = Vpc!.VpcId!;
  const shown = await ec2.send(new sdk.DescribeVpcsCommand({ VpcIds: [VpcId] }));
  const block6 = shown.Vpcs![0]!.Ipv6CidrBlockAssociationSet![0]!.Ipv6CidrBlock!;
  const subnet6 = block6.replace('/56', '/64');
  const { Subnet } = await ec2.send(
    new sdk.CreateSubnetCommand({ VpcId, CidrBlock: '10.0.1.0/24', Ipv6CidrBlock: subnet6 }),
  );
  const SubnetId = Subnet!.SubnetId!;
  const { NetworkInterface } = await ec2.send(new sdk.CreateNetworkInterfaceCommand({ SubnetId }));
  const NetworkInterfaceId = NetworkInterface!.NetworkInterfaceId!;
  const { InternetGateway } = await ec2.send(new sdk.CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway!.InternetGatewayId!;
  await ec2.send(new sdk.AttachInternetGatewayCommand({ VpcId, InternetGatewayId: GatewayId }));
  const { RouteTable } = await ec2.send(new sdk.CreateRouteTableCommand({ VpcId }));
  const { RouteTableId } = RouteTable!;
  const routes = async () => {
    const input = { RouteTableIds: [RouteTableId!] };
    const { RouteTables } = await ec2.send(new sdk.DescribeRouteTablesCommand(input));
    return RouteTables![0]!.Routes!.map((route) => [
      route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock,
      route.GatewayId ?? route.NetworkInterfaceId,
      route.Origin,
    ]);
  };
  const create = (route: object) => ec2.send(new sdk.CreateRouteCommand({ RouteTableId, ...route }));
  const replace = (route: object) => ec2.send(new sdk.ReplaceRouteCommand({ RouteTableId, ...route }));
  return {
    ec2,
    VpcId,
    RouteTableId,
    block6,
    subnet6,
    NetworkInterfaceId,
    GatewayId,
    routes,
    create,
    replace,
  };
}

// https://docs.aws.amazon.com/vpc/latest/userguide/replace-local-route-target.html
test('a local route is led to an interface and into the VPC again, and stays a local route', async (t) => {
  const world = await networkWorld(t);
  const { ec2, VpcId, RouteTableId, block6, NetworkInterfaceId, GatewayId, routes, replace } = world;
  const whole = { DestinationCidrBlock: '10.0.0.0/16' };
  const local = [
    ['10.0.0.0/16', 'local', 'CreateRouteTable'],
    [block6, 'local', 'CreateRouteTable'],
  ];
  assert.deepEqual(await routes(), local);
  await replace({ ...whole, NetworkInterfaceId });
  await replace({ DestinationIpv6CidrBlock: block6, NetworkInterfaceId });
  assert.deepEqual(
    await routes(),
    local.map(([block, , origin]) => [block, NetworkInterfaceId, origin]),
  );
  // It cannot be deleted, nor is it made anew when the VPC gets another block.
  const remove = ec2.send(new sdk.DeleteRouteCommand({ RouteTableId, ...whole }));
  assert.match((await refusal(remove)).message, /cannot remove local route 10\.0\.0\.0\/16/);
  await ec2.send(new sdk.AssociateVpcCidrBlockCommand({ VpcId, CidrBlock: '10.1.0.0/16' }));
  assert.deepEqual(
    (await routes()).map(([block, target]) => [block, target]),
    [
      ['10.0.0.0/16', NetworkInterfaceId],
      ['10.1.0.0/16', 'local'],
      [block6, NetworkInterfaceId],
    ],
  );
  await replace({ ...whole, LocalTarget: true });
  assert.deepEqual((await routes())[0], local[0]);

  for (const [route, code] of [
    [{ ...whole, GatewayId }, 'InvalidParameterValue'],
    [{ ...whole, GatewayId, LocalTarget: true }, 'InvalidParameterCombination'],
    [whole, 'MissingParameter'],
    [{ DestinationCidrBlock: '0.0.0.0/0', LocalTarget: true }, 'InvalidParameterValue'],
    [{ ...whole, GatewayId: 'local' }, 'InvalidGatewayID.NotFound'],
  ] as const)
    assert.equal((await refusal(replace(route))).code, code);
});

// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html#route-table-routes
test('a route that is more specific than a local one is for a whole subnet, and leads to an interface', async (t) => {
  const { subnet6, NetworkInterfaceId, GatewayId, create, replace } = await networkWorld(t);
  const inside = (DestinationCidrBlock: string, target: object) =>
    create({ DestinationCidrBlock, ...target });
  for (const block of ['10.0.0.0/16', '10.0.1.0/24', '10.0.2.0/24']) {
    const { code, message } = await refusal(inside(block, { GatewayId }));
    assert.equal(code, 'InvalidParameterValue');
    assert.equal(
      message,
      `The destination CIDR block ${block} is equal to or more specific than one of this VPC's CIDR blocks. ` +
        'This route can target only an interface or an instance.',
    );
  }
  const noSubnet = "Route destination doesn't match any subnet CIDR blocks.";
  for (const block of ['10.0.2.0/24', '10.0.1.0/25', '10.0.0.0/23'])
    assert.equal((await refusal(inside(block, { NetworkInterfaceId }))).message, noSubnet);
  assert.equal((await refusal(inside('10.0.0.0/16', { NetworkInterfaceId }))).code, 'RouteAlreadyExists');
  await inside('10.0.1.0/24', { NetworkInterfaceId });
  assert.match(
    (await refusal(replace({ DestinationCidrBlock: '10.0.1.0/24', GatewayId }))).message,
    /can target only an interface/,
  );
  await create({ DestinationIpv6CidrBlock: subnet6, NetworkInterfaceId });
  const half = subnet6.replace('/64', '/65');
  const route = create({ DestinationIpv6CidrBlock: half, NetworkInterfaceId });
  assert.equal((await refusal(route)).message, noSubnet);
  // Larger ones are outside.
  await inside('10.0.0.0/15', { GatewayId });
});

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDefaultSubnet.html
test('a default subnet of IPv6 alone has the next block of the default VPC', async (t) => {
  const { ec2 } = await ec2World(t);
  const isDefault = [{ Name: 'default-for-az', Values: ['true'] }];
  const { Subnets } = await ec2.send(new sdk.DescribeSubnetsCommand({ Filters: isDefault }));
  const { SubnetId, AvailabilityZone, VpcId } = Subnets!.find(
    (each) => each.AvailabilityZone === 'us-east-1b',
  )!;
  const create = (Ipv6Native: boolean) =>
    ec2.send(new sdk.CreateDefaultSubnetCommand({ AvailabilityZone, Ipv6Native }));
  assert.equal((await refusal(create(true))).code, 'DefaultSubnetAlreadyExistsInAvailabilityZone');
  await ec2.send(new sdk.DeleteSubnetCommand({ SubnetId }));
  assert.equal((await refusal(create(true))).code, 'InsufficientCidrBlocks');
  await ec2.send(new sdk.AssociateVpcCidrBlockCommand({ VpcId, AmazonProvidedIpv6CidrBlock: true }));
  const { Vpcs } = await ec2.send(new sdk.DescribeVpcsCommand({ VpcIds: [VpcId!] }));
  const block = Vpcs![0]!.Ipv6CidrBlockAssociationSet![0]!.Ipv6CidrBlock!;
  const first = block.replace('/56', '/64');
  const other = Subnets!.find((each) => each.AvailabilityZone === 'us-east-1a')!.SubnetId;
  await ec2.send(new sdk.AssociateSubnetCidrBlockCommand({ SubnetId: other, Ipv6CidrBlock: first }));
  const { Subnet } = await create(true);
  assert.deepEqual(
    [Subnet!.CidrBlock, Subnet!.DefaultForAz, Subnet!.MapPublicIpOnLaunch, Subnet!.Ipv6Native],
    [undefined, true, false, true],
  );
  assert.deepEqual([Subnet!.AvailabilityZone, Subnet!.AssignIpv6AddressOnCreation], [AvailabilityZone, true]);
  const [own] = Subnet!.Ipv6CidrBlockAssociationSet!;
  assert.match(own!.Ipv6CidrBlock!, /01::\/64$/);
  assert.equal((await refusal(create(false))).code, 'DefaultSubnetAlreadyExistsInAvailabilityZone');
});
