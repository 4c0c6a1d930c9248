/** Virtual private gateways and customer gateways: their states, where they are attached, and routes to them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as cli from '@aws-sdk/client-ec2';
import { ACCOUNT, statement, userWith } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

let world: World;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

const newVpc = async (CidrBlock: string) =>
  (await world.ec2.send(new cli.CreateVpcCommand({ CidrBlock }))).Vpc!.VpcId!;
const newGateway = async (input: Partial<cli.CreateVpnGatewayCommandInput> = {}) =>
  (await world.ec2.send(new cli.CreateVpnGatewayCommand({ Type: 'ipsec.1', ...input }))).VpnGateway!;
const removeGateway = (VpnGatewayId?: string) =>
  world.ec2.send(new cli.DeleteVpnGatewayCommand({ VpnGatewayId }));
const read = async (id: string) =>
  (await world.ec2.send(new cli.DescribeVpnGatewaysCommand({ VpnGatewayIds: [id] }))).VpnGateways![0]!;

test('a virtual private gateway is attached, routed to, detached and deleted', async () => {
  const { ec2, server } = world;
  const [VpcId, other] = [await newVpc('10.0.0.0/16'), await newVpc('10.1.0.0/16')];
  const made = await newGateway({ AmazonSideAsn: 65_001, AvailabilityZone: 'us-east-1a' });
  const VpnGatewayId = made.VpnGatewayId!;
  assert.deepEqual([made.State, made.AmazonSideAsn, made.VpcAttachments], ['available', 65_001, []]);
  const { RouteTable } = await ec2.send(new cli.CreateRouteTableCommand({ VpcId }));
  const { RouteTableId } = RouteTable!;
  const propagation = { GatewayId: VpnGatewayId, RouteTableId };
  const enable = () => ec2.send(new cli.EnableVgwRoutePropagationCommand(propagation));
  const route = () =>
    ec2.send(new cli.CreateRouteCommand({ ...propagation, DestinationCidrBlock: '192.168.0.0/16' }));
  assert.equal((await refusal(enable())).code, 'Gateway.NotAttached');
  assert.match((await refusal(route())).message, /belong to different networks/);

  const attach = (vpcId: string, id = VpnGatewayId) =>
    ec2.send(new cli.AttachVpnGatewayCommand({ VpcId: vpcId, VpnGatewayId: id }));
  const { VpcAttachment } = await attach(VpcId);
  assert.deepEqual(VpcAttachment, { VpcId, State: 'attaching' });
  await server.settled();
  assert.deepEqual((await read(VpnGatewayId)).VpcAttachments, [{ VpcId, State: 'attached' }]);
  assert.equal((await refusal(attach(other))).code, 'VpnGatewayAttachmentLimitExceeded');
  const second = (await newGateway()).VpnGatewayId!;
  assert.equal((await refusal(attach(VpcId, second))).code, 'InvalidVpcState');
  assert.equal((await refusal(removeGateway(VpnGatewayId))).code, 'IncorrectState');
  const removeVpc = (id: string) => ec2.send(new cli.DeleteVpcCommand({ VpcId: id }));
  await removeVpc(other);
  assert.equal((await refusal(removeVpc(VpcId))).code, 'DependencyViolation');

  await enable();
  await enable();
  await route();
  await ec2.send(new cli.AssociateRouteTableCommand(propagation));
  const table = async () => {
    const { RouteTables } = await ec2.send(
      new cli.DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId!] }),
    );
    const { PropagatingVgws, Routes, Associations } = RouteTables![0]!;
    return [PropagatingVgws, Routes!.at(-1)!.State, Associations!.map(({ GatewayId }) => GatewayId)];
  };
  assert.deepEqual(await table(), [[{ GatewayId: VpnGatewayId }], 'active', [VpnGatewayId]]);
  await ec2.send(new cli.DisableVgwRoutePropagationCommand(propagation));
  assert.deepEqual(await table(), [[], 'active', [VpnGatewayId]]);
  await enable();

  const detach = (vpcId = VpcId) => ec2.send(new cli.DetachVpnGatewayCommand({ VpcId: vpcId, VpnGatewayId }));
  assert.equal((await refusal(detach(other))).code, 'InvalidVpnGatewayAttachment.NotFound');
  await detach();
  assert.deepEqual(await table(), [[], 'blackhole', []]);
  await server.settled();
  assert.deepEqual((await read(VpnGatewayId)).VpcAttachments, [{ VpcId, State: 'detached' }]);
  assert.equal((await refusal(detach())).code, 'InvalidVpnGatewayAttachment.NotFound');
  const elsewhere = await newVpc('10.5.0.0/16');
  for (const [vpcId, state] of [
    [elsewhere, 'blackhole'],
    [VpcId, 'active'],
  ] as const) {
    await attach(vpcId);
    assert.equal((await table())[1], state);
    await server.settled();
    await detach(vpcId);
    await server.settled();
  }
  for (const id of [VpnGatewayId, second]) await removeGateway(id);
  await server.settled();
  assert.equal((await read(VpnGatewayId)).State, 'deleted');
  assert.equal((await refusal(attach(VpcId))).code, 'InvalidVpnGatewayState');
  await server.advance(3_600_000);
  await server.settled();
  const gone = await refusal(read(VpnGatewayId));
  assert.deepEqual(
    [gone.code, gone.message],
    ['InvalidVpnGatewayID.NotFound', `The vpnGateway ID '${VpnGatewayId}' does not exist`],
  );
});

test('a virtual private gateway has a private ASN, and a Region has five', async () => {
  for (const AmazonSideAsn of [64_511, 65_535, 4_294_967_295]) {
    assert.equal((await refusal(newGateway({ AmazonSideAsn }))).code, 'InvalidParameterValue');
  }
  assert.equal((await refusal(newGateway({ AvailabilityZone: 'us-east-9z' }))).code, 'InvalidParameterValue');
  const asns = [undefined, 64_512, 65_534, 4_200_000_000, 4_294_967_294];
  const ids: (string | undefined)[] = [];
  for (const AmazonSideAsn of asns) ids.push((await newGateway({ AmazonSideAsn })).VpnGatewayId);
  assert.equal((await refusal(newGateway())).code, 'VpnGatewayLimitExceeded');
  for (const id of ids) await removeGateway(id);
  await removeGateway((await newGateway()).VpnGatewayId);
});

test('a customer gateway becomes available; the same device is the same gateway', async () => {
  const { ec2, server } = world;
  const create = async (input: Partial<cli.CreateCustomerGatewayCommandInput>) =>
    (await ec2.send(new cli.CreateCustomerGatewayCommand({ Type: 'ipsec.1', ...input }))).CustomerGateway!;
  const device = { IpAddress: '12.1.2.3', DeviceName: 'office' };
  const made = await create(device);
  assert.deepEqual([made.State, made.BgpAsn, made.IpAddress], ['pending', '65000', '12.1.2.3']);
  await server.settled();
  const again = await create({ PublicIp: '12.1.2.3', DeviceName: 'office', BgpAsn: 65_000 });
  assert.deepEqual([again.CustomerGatewayId, again.State], [made.CustomerGatewayId, 'available']);
  const extended = await create({ IpAddress: '2001:db8::1', BgpAsnExtended: 4_200_000_000 });
  assert.deepEqual([extended.BgpAsn, extended.BgpAsnExtended], [undefined, '4200000000']);

  for (const [code, input] of [
    ['MissingParameter', {}],
    ['InvalidParameterValue', { IpAddress: '12.1.2' }],
    ['InvalidParameterValue', { IpAddress: '12.1.2.3', BgpAsn: 0 }],
    ['InvalidParameterValue', { IpAddress: '12.1.2.3', BgpAsnExtended: 65_000 }],
    ['InvalidParameterCombination', { IpAddress: '12.1.2.3', BgpAsn: 1, BgpAsnExtended: 4_200_000_000 }],
    ['InvalidParameterValue', { IpAddress: '12.1.2.3', DeviceName: 'x'.repeat(256) }],
    ['InvalidParameterValue', { IpAddress: '12.1.2.3', Type: 'ipsec.2' as 'ipsec.1' }],
  ] as const) {
    assert.equal((await refusal(create(input))).code, code, JSON.stringify(input));
  }
  const CustomerGatewayId = made.CustomerGatewayId!;
  const remove = (id: string) => ec2.send(new cli.DeleteCustomerGatewayCommand({ CustomerGatewayId: id }));
  await remove(CustomerGatewayId);
  await server.settled();
  const { CustomerGateways } = await ec2.send(
    new cli.DescribeCustomerGatewaysCommand({ CustomerGatewayIds: [CustomerGatewayId] }),
  );
  assert.equal(CustomerGateways![0]!.State, 'deleted');
  assert.notEqual((await create(device)).CustomerGatewayId, CustomerGatewayId);
  assert.equal((await refusal(remove('cgw-0123456789abcdef0'))).code, 'InvalidCustomerGatewayID.NotFound');
  assert.equal((await refusal(remove('vgw-0123456789abcdef0'))).code, 'InvalidCustomerGatewayId.Malformed');
});

test('who may attach a gateway must be allowed on the VPC, too', async () => {
  const { server } = world;
  const Resource = `arn:aws:ec2:us-east-1:${ACCOUNT}:vpn-gateway/*`;
  const actions = ['ec2:CreateVpnGateway', 'ec2:CreateTags', 'ec2:AttachVpnGateway'];
  const mallory = await userWith(server, 'mallory', statement(actions, { Resource }));
  const ec2 = server.client(cli.EC2Client, mallory);
  const Tags = [{ Key: 'team', Value: 'net' }];
  const { VpnGateway } = await ec2.send(
    new cli.CreateVpnGatewayCommand({
      Type: 'ipsec.1',
      TagSpecifications: [{ ResourceType: 'vpn-gateway', Tags }],
    }),
  );
  assert.deepEqual(VpnGateway!.Tags, Tags);
  const { VpnGatewayId } = VpnGateway!;
  const VpcId = await newVpc('10.2.0.0/16');
  const attach = ec2.send(new cli.AttachVpnGatewayCommand({ VpnGatewayId, VpcId }));
  assert.equal((await refusal(attach)).code, 'UnauthorizedOperation');
  const dry = ec2.send(new cli.CreateVpnGatewayCommand({ Type: 'ipsec.1', DryRun: true }));
  assert.equal((await refusal(dry)).code, 'DryRunOperation');
  await removeGateway(VpnGatewayId);
});
