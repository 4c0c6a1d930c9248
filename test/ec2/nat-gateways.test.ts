/** NAT gateways: their states, their addresses, and routes to them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AllocateAddressCommand,
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
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  ReleaseAddressCommand,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
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
