/** NAT gateways: their states, their addresses, and routes to them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AllocateAddressCommand,
  AssignPrivateNatGatewayAddressCommand,
  AssociateNatGatewayAddressCommand,
  CreateNatGatewayCommand,
  type CreateNatGatewayCommandInput,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNatGatewayCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSubnetCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DisassociateNatGatewayAddressCommand,
  ReleaseAddressCommand,
  ReplaceRouteCommand,
  UnassignPrivateNatGatewayAddressCommand,
} from '@aws-sdk/client-ec2';
import { HOUR_MS } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const DestinationCidrBlock = '0.0.0.0/0';

test('a NAT gateway is opened, routed to and deleted, and its address is free again', async (t) => {
  const { ec2, server } = await ec2World(t);
  const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const { SubnetId, VpcId } = subnet!;
  const { AllocationId, PublicIp } = await ec2.send(new AllocateAddressCommand({}));
  const create = () => ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId, ClientToken: 'once' }));
  const { NatGateway: made } = await create();
  const { NatGatewayId } = made!;
  assert.equal(made!.State, 'pending');
  await server.settled();
  const read = async () =>
    (await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId!] }))).NatGateways![0]!;
  const nat = await read();
  assert.deepEqual([nat.State, nat.VpcId, nat.ConnectivityType], ['available', VpcId, 'public']);
  assert.equal(nat.NatGatewayAddresses![0]!.PublicIp, PublicIp);
  assert.equal((await create()).NatGateway!.NatGatewayId, NatGatewayId, 'the same token is the same call');
  const again = ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  assert.equal((await refusal(again)).code, 'Resource.AlreadyAssociated');

  const { RouteTable: made2 } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const { RouteTableId } = made2!;
  const { InternetGateways: [gateway] = [] } = await ec2.send(new DescribeInternetGatewaysCommand({}));
  const toInternet = { RouteTableId, DestinationCidrBlock, GatewayId: gateway!.InternetGatewayId };
  const toNat = { RouteTableId, DestinationCidrBlock, NatGatewayId };
  assert.match((await refusal(ec2.send(new ReplaceRouteCommand(toNat)))).message, /Use CreateRoute instead/);
  await ec2.send(new CreateRouteCommand(toInternet));
  await ec2.send(new ReplaceRouteCommand(toNat));
  const route = async () => {
    const Filters = [{ Name: 'route.nat-gateway-id', Values: [NatGatewayId!] }];
    const { RouteTables: [table] = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
    const { GatewayId, NatGatewayId: id, State } = table!.Routes!.at(-1)!;
    return [GatewayId, id, State];
  };
  assert.deepEqual(await route(), [undefined, NatGatewayId, 'active']);

  const { code } = await refusal(ec2.send(new ReleaseAddressCommand({ AllocationId })));
  assert.equal(code, 'InvalidIPAddress.InUse');
  const [{ NetworkInterfaceId } = {}] = nat.NatGatewayAddresses!;
  const its = ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  assert.match((await refusal(its)).message, /is currently in use/);
  const { code: used } = await refusal(ec2.send(new DeleteSubnetCommand({ SubnetId })));
  assert.equal(used, 'DependencyViolation');
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
  await server.settled();
  assert.equal((await read()).State, 'deleted');
  assert.deepEqual(await route(), [undefined, NatGatewayId, 'blackhole']);
  await ec2.send(new ReleaseAddressCommand({ AllocationId }));
});

test('a deleted one is shown for an hour, and then is not', async (t) => {
  const { ec2, server } = await ec2World(t);
  const { Subnets: [{ SubnetId } = {}] = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const { NatGateway: made } = await ec2.send(
    new CreateNatGatewayCommand({ SubnetId, ConnectivityType: 'private' }),
  );
  const NatGatewayId = made!.NatGatewayId!;
  await server.settled();
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
  await server.settled();
  const states = async () =>
    (await ec2.send(new DescribeNatGatewaysCommand({}))).NatGateways!.map(({ State }) => State);
  await server.advance(HOUR_MS - 60_000);
  assert.deepEqual(await states(), ['deleted']);
  await server.advance(60_000);
  assert.deepEqual(await states(), []);
  const read = ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] }));
  assert.equal((await refusal(read)).code, 'NatGatewayNotFound');
});

test('a public one needs an address and an internet gateway, a private one neither', async (t) => {
  const { ec2, server } = await ec2World(t);
  const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const { Subnet: subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpc!.VpcId, CidrBlock: '10.0.0.0/24' }),
  );
  const create = async (more: Partial<CreateNatGatewayCommandInput>) => {
    const input = { SubnetId: subnet!.SubnetId, ...more };
    const { NatGateway: made } = await ec2.send(new CreateNatGatewayCommand(input));
    await server.settled();
    const NatGatewayIds = [made!.NatGatewayId!];
    const { NatGateways: [found] = [] } = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds }));
    return found!;
  };
  assert.equal((await refusal(create({}))).code, 'MissingParameter');
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({}));
  const failed = await create({ AllocationId });
  assert.deepEqual([failed.State, failed.FailureCode], ['failed', 'Gateway.NotAttached']);
  const inside = await create({ ConnectivityType: 'private', PrivateIpAddress: '10.0.0.9' });
  assert.deepEqual([inside.State, inside.NatGatewayAddresses![0]!.PrivateIp], ['available', '10.0.0.9']);
  const NatGatewayIds = ['nat-0123456789abcdef0'];
  const { code } = await refusal(ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds })));
  assert.equal(code, 'NatGatewayNotFound');
});

/** What a gateway and its interface say of its addresses, which is the same. */
async function addressesOf({ ec2, server }: Awaited<ReturnType<typeof ec2World>>, NatGatewayId: string) {
  await server.settled();
  const { NatGateways: [nat] = [] } = await ec2.send(
    new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] }),
  );
  const addresses = nat!.NatGatewayAddresses!;
  const { NetworkInterfaces: [eni] = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [addresses[0]!.NetworkInterfaceId!] }),
  );
  assert.deepEqual(
    eni!.PrivateIpAddresses!.map(({ Primary, PrivateIpAddress, Association }) => [
      Primary,
      PrivateIpAddress,
      Association?.AllocationId,
    ]),
    addresses.map(({ IsPrimary, PrivateIp, AllocationId }) => [IsPrimary, PrivateIp, AllocationId]),
  );
  assert.ok(addresses.every(({ Status }) => Status === 'succeeded'));
  return addresses;
}

test('a public one has further elastic addresses, which come and go', async (t) => {
  const world = await ec2World(t);
  const { ec2 } = world;
  const { Subnets: [{ SubnetId } = {}] = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const allocate = async () => (await ec2.send(new AllocateAddressCommand({}))).AllocationId!;
  const [first, second, third] = [await allocate(), await allocate(), await allocate()];
  const { NatGateway: made } = await ec2.send(
    new CreateNatGatewayCommand({ SubnetId, AllocationId: first, SecondaryAllocationIds: [second] }),
  );
  const NatGatewayId = made!.NatGatewayId!;
  const associate = (...AllocationIds: string[]) =>
    ec2.send(new AssociateNatGatewayAddressCommand({ NatGatewayId, AllocationIds }));
  const ids = async () => (await addressesOf(world, NatGatewayId)).map(({ AllocationId }) => AllocationId);
  assert.deepEqual(await ids(), [first, second]);
  assert.equal((await refusal(associate(second))).code, 'Resource.AlreadyAssociated');
  assert.equal((await refusal(associate(third, third))).code, 'InvalidParameterValue');
  const [coming] = (await associate(third)).NatGatewayAddresses!;
  assert.deepEqual([coming?.Status, coming?.IsPrimary], ['associating', false]);
  assert.deepEqual(await ids(), [first, second, third]);

  const release = (...AssociationIds: string[]) =>
    ec2.send(new DisassociateNatGatewayAddressCommand({ NatGatewayId, AssociationIds }));
  const [primary, other] = await addressesOf(world, NatGatewayId);
  assert.match((await refusal(release(primary!.AssociationId!))).message, /primary/);
  const nobody = await refusal(release('eipassoc-0123456789abcdef0'));
  assert.equal(nobody.code, 'InvalidAssociationID.NotFound');
  const [going] = (await release(other!.AssociationId!)).NatGatewayAddresses!;
  assert.deepEqual([going?.Status, going?.AllocationId], ['disassociating', second]);
  assert.deepEqual(await ids(), [first, third]);
  await ec2.send(new ReleaseAddressCommand({ AllocationId: second }));
  const assign = new AssignPrivateNatGatewayAddressCommand({ NatGatewayId, PrivateIpAddressCount: 1 });
  assert.match((await refusal(ec2.send(assign))).message, /is a public one/);
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
  await world.server.settled();
  assert.equal((await refusal(associate(third))).code, 'IncorrectState');
});

test('a private one has further private addresses, by name or by number, eight in all', async (t) => {
  const world = await ec2World(t);
  const { ec2 } = world;
  const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: vpc!.VpcId, CidrBlock: '10.0.0.0/24' }));
  const inside = { SubnetId: Subnet!.SubnetId, ConnectivityType: 'private' as const };
  const create = (more: Partial<CreateNatGatewayCommandInput>) =>
    ec2.send(new CreateNatGatewayCommand({ ...inside, PrivateIpAddress: '10.0.0.9', ...more }));
  const both = { SecondaryPrivateIpAddresses: ['10.0.0.10'], SecondaryPrivateIpAddressCount: 1 };
  assert.equal((await refusal(create(both))).code, 'InvalidParameterCombination');
  const outside = await refusal(create({ SecondaryPrivateIpAddresses: ['10.0.1.10'] }));
  assert.match(outside.message, /does not fall within the subnet's address range/);
  const { NatGateway: made } = await create({ SecondaryPrivateIpAddresses: ['10.0.0.10', '10.0.0.11'] });
  const NatGatewayId = made!.NatGatewayId!;
  const ips = async () => (await addressesOf(world, NatGatewayId)).map(({ PrivateIp }) => PrivateIp);
  assert.deepEqual(await ips(), ['10.0.0.9', '10.0.0.10', '10.0.0.11']);
  const assign = (more: object) =>
    ec2.send(new AssignPrivateNatGatewayAddressCommand({ NatGatewayId, ...more }));
  assert.equal((await refusal(assign({}))).code, 'MissingParameter');
  assert.equal((await refusal(assign({ PrivateIpAddresses: ['10.0.0.9'] }))).code, 'InvalidIPAddress.InUse');
  const { NatGatewayAddresses: coming } = await assign({ PrivateIpAddressCount: 5 });
  assert.deepEqual([coming?.length, coming?.[0]?.Status], [5, 'assigning']);
  assert.equal((await ips()).length, 8);
  assert.equal((await refusal(assign({ PrivateIpAddressCount: 1 }))).code, 'PrivateIpAddressLimitExceeded');
  const unassign = (...PrivateIpAddresses: string[]) =>
    ec2.send(new UnassignPrivateNatGatewayAddressCommand({ NatGatewayId, PrivateIpAddresses }));
  // One of nine that none of eight has.
  const has = await ips();
  const free = Array.from({ length: 9 }, (_, n) => `10.0.0.${200 + n}`).find((ip) => !has.includes(ip))!;
  for (const ip of ['10.0.0.9', free]) {
    assert.equal((await refusal(unassign(ip))).code, 'InvalidParameterValue');
  }
  await unassign('10.0.0.10', ...coming!.map(({ PrivateIp }) => PrivateIp!));
  assert.deepEqual(await ips(), ['10.0.0.9', '10.0.0.11']);
});
