/** VPN connections as records: their gateways, their options and routes, and tunnels that are down. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateCustomerGatewayCommand,
  CreateVpnConnectionCommand,
  type CreateVpnConnectionCommandInput,
  CreateVpnConnectionRouteCommand,
  CreateVpnGatewayCommand,
  DeleteCustomerGatewayCommand,
  DeleteVpnConnectionCommand,
  DeleteVpnConnectionRouteCommand,
  DeleteVpnGatewayCommand,
  DescribeVpnConnectionsCommand,
  EC2Client,
  ModifyVpnConnectionCommand,
  ModifyVpnConnectionOptionsCommand,
  ModifyVpnTunnelOptionsCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, denying, statement, userWith } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
before(async () => {
  server = await startServerFor(undefined);
});
after(() => server.close());

const Type = 'ipsec.1' as const;
const LocalIpv4NetworkCidr = '10.0.0.0/16';

async function world(account: string) {
  const ec2 = server.client(EC2Client, await server.root(account));
  const gateway = async () =>
    (await ec2.send(new CreateVpnGatewayCommand({ Type }))).VpnGateway!.VpnGatewayId!;
  const customer = async (IpAddress: string) =>
    (await ec2.send(new CreateCustomerGatewayCommand({ Type, IpAddress, BgpAsn: 65_010 }))).CustomerGateway!
      .CustomerGatewayId!;
  const ids = { VpnGatewayId: await gateway(), CustomerGatewayId: await customer('203.0.113.1') };
  await server.settled();
  const create = (more: Partial<CreateVpnConnectionCommandInput> = {}) =>
    ec2.send(new CreateVpnConnectionCommand({ Type, ...ids, ...more }));
  const described = async (VpnConnectionId: string) => {
    await server.settled();
    const input = { VpnConnectionIds: [VpnConnectionId] };
    return (await ec2.send(new DescribeVpnConnectionsCommand(input))).VpnConnections![0]!;
  };
  return { ec2, gateway, customer, ids, create, described };
}

test('a connection has two tunnels, which are down, and is deleted before its gateways', async () => {
  const { ec2, ids, create, described } = await world('100000000001');
  const { VpnConnection: made } = await create();
  const VpnConnectionId = made!.VpnConnectionId!;
  assert.equal(made!.State, 'pending');
  assert.equal((await create()).VpnConnection!.VpnConnectionId, VpnConnectionId, 'they have one connection');
  const connection = await described(VpnConnectionId);
  const { VgwTelemetry: telemetry = [], Options: { TunnelOptions: tunnels = [], ...options } = {} } =
    connection;
  assert.deepEqual(
    [connection.State, connection.Category, connection.GatewayAssociationState, connection.VpnGatewayId],
    ['available', 'VPN', 'associated', ids.VpnGatewayId],
  );
  assert.deepEqual(options, {
    EnableAcceleration: false,
    StaticRoutesOnly: false,
    LocalIpv4NetworkCidr: '0.0.0.0/0',
    RemoteIpv4NetworkCidr: '0.0.0.0/0',
    OutsideIpAddressType: 'PublicIpv4',
    TunnelBandwidth: 'standard',
    TunnelInsideIpVersion: 'ipv4',
  });
  assert.deepEqual(
    telemetry.map(({ Status, OutsideIpAddress }) => [Status, OutsideIpAddress]),
    tunnels.map(({ OutsideIpAddress }) => ['DOWN', OutsideIpAddress]),
  );
  assert.equal(new Set(tunnels.map(({ TunnelInsideCidr }) => TunnelInsideCidr)).size, 2);
  for (const { TunnelInsideCidr } of tunnels) assert.match(TunnelInsideCidr!, /^169\.254\.\d+\.\d+\/30$/);

  for (const command of [new DeleteVpnGatewayCommand(ids), new DeleteCustomerGatewayCommand(ids)]) {
    const { code, message } = await refusal(ec2.send(command as DeleteVpnGatewayCommand));
    assert.equal(code, 'IncorrectState');
    assert.match(message, new RegExp(`in use by ${VpnConnectionId}`));
  }
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId }));
  assert.equal((await described(VpnConnectionId)).State, 'deleted');
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId }));
  await ec2.send(new DeleteVpnGatewayCommand(ids));
  await ec2.send(new DeleteCustomerGatewayCommand(ids));
  const unknown = new DeleteVpnConnectionCommand({ VpnConnectionId: 'vpn-0123456789abcdef0' });
  assert.equal((await refusal(ec2.send(unknown))).code, 'InvalidVpnConnectionID.NotFound');
});

test('tunnels have the options that are asked for, and keys of their own where none are', async () => {
  const { ec2, create, described } = await world('100000000002');
  const PreSharedKey = 'correct.horse_battery';
  const tunnel = { TunnelInsideCidr: '169.254.10.0/30', PreSharedKey, DPDTimeoutAction: 'restart' };
  const [second, third] = ['169.254.11.0/30', '169.254.12.0/30'].map((TunnelInsideCidr) => ({
    TunnelInsideCidr,
  }));
  const wrong: readonly object[] = [
    { TunnelInsideCidr: '10.0.0.0/30' },
    { TunnelInsideCidr: '169.254.10.0/29' },
    { TunnelInsideCidr: '169.254.5.0/30' },
    { TunnelInsideCidr: '169.254.169.252/30' },
    { PreSharedKey: '0startswithzero' },
    { PreSharedKey: 'short' },
    { PreSharedKey: 'has a blank' },
    { DPDTimeoutSeconds: 29 },
    { DPDTimeoutAction: 'wait' },
    { StartupAction: 'stop' },
    { Phase1LifetimeSeconds: 28_801 },
    { ReplayWindowSize: 63 },
  ];
  for (const each of wrong) {
    const { code, message } = await refusal(create({ Options: { TunnelOptions: [each] } }));
    assert.equal(code, 'InvalidParameterValue', JSON.stringify(each));
    assert.doesNotMatch(message, /startswithzero|short|has a blank/, 'a key is not repeated');
  }
  const twice = await refusal(create({ Options: { TunnelOptions: [tunnel, tunnel] } }));
  assert.match(twice.message, /The other tunnel/);
  const three = await refusal(create({ Options: { TunnelOptions: [tunnel, second!, third!] } }));
  assert.match(three.message, /has 2 tunnels/);
  const ikev2 = { IKEVersions: [{ Value: 'ikev2' }] };
  const { VpnConnection: made } = await create({
    Options: { LocalIpv4NetworkCidr, TunnelOptions: [tunnel, ikev2] },
  });
  const VpnConnectionId = made!.VpnConnectionId!;
  const { OutsideIpAddress: first } = made!.Options!.TunnelOptions![0]!;
  const { Options: options } = await described(VpnConnectionId);
  assert.equal(options!.LocalIpv4NetworkCidr, LocalIpv4NetworkCidr);
  const [one, other] = options!.TunnelOptions!;
  assert.deepEqual(one, {
    OutsideIpAddress: first,
    TunnelInsideCidr: '169.254.10.0/30',
    DpdTimeoutAction: 'restart',
    PreSharedKey,
  });
  assert.deepEqual(other!.IkeVersions, [{ Value: 'ikev2' }]);
  assert.match(other!.PreSharedKey!, /^[a-z][\da-f]{31}$/);

  const modify = (VpnTunnelOutsideIpAddress: string, TunnelOptions: object) =>
    ec2.send(
      new ModifyVpnTunnelOptionsCommand({ VpnConnectionId, VpnTunnelOutsideIpAddress, TunnelOptions }),
    );
  assert.equal(
    (await refusal(modify('198.51.100.9', { Phase1LifetimeSeconds: 900 }))).code,
    'InvalidParameterValue',
  );
  const taken = await refusal(modify(first!, { TunnelInsideCidr: other!.TunnelInsideCidr }));
  assert.equal(taken.code, 'InvalidParameterValue');
  await modify(first!, { Phase1LifetimeSeconds: 900, PreSharedKey: 'another.key' });
  await modify(other!.OutsideIpAddress!, { Phase2LifetimeSeconds: 900 });
  await ec2.send(
    new ModifyVpnConnectionOptionsCommand({ VpnConnectionId, RemoteIpv4NetworkCidr: '10.1.0.0/16' }),
  );
  const { Options: changed } = await described(VpnConnectionId);
  assert.deepEqual(
    [changed!.LocalIpv4NetworkCidr, changed!.RemoteIpv4NetworkCidr],
    [LocalIpv4NetworkCidr, '10.1.0.0/16'],
  );
  assert.deepEqual(changed!.TunnelOptions, [
    { ...one, Phase1LifetimeSeconds: 900, PreSharedKey: 'another.key' },
    { ...other, Phase2LifetimeSeconds: 900 },
  ]);
});

/** Terraform's provider reads the addresses of tunnels there, and changes none that it does not find. */
test('the configuration of the device has both ends of each tunnel, and its key, while the connection is there', async () => {
  const { ec2, ids, create, described } = await world('100000000004');
  const TunnelOptions = [
    {
      TunnelInsideCidr: '169.254.10.0/30',
      PreSharedKey: 'correct.horse_battery',
      Phase1LifetimeSeconds: 900,
    },
  ];
  const { VpnConnection: made } = await create({ Options: { TunnelOptions } });
  const { VpnConnectionId, CustomerGatewayConfiguration: atOnce } = made!;
  const { CustomerGatewayConfiguration: configuration = '', Options } = await described(VpnConnectionId!);
  assert.equal(configuration, atOnce);
  const [tunnel = '', second = ''] = configuration.split('</ipsec_tunnel>');
  const values = (xml: string, element: string) =>
    [...xml.matchAll(new RegExp(`<${element}>(.*)</${element}>`, 'g'))].map(([, value]) => value);
  assert.deepEqual(values(tunnel, 'vpn_gateway_id'), [ids.VpnGatewayId]);
  assert.deepEqual(values(tunnel, 'customer_gateway_id'), [ids.CustomerGatewayId]);
  assert.deepEqual(values(tunnel, 'ip_address'), [
    '203.0.113.1',
    '169.254.10.2',
    Options!.TunnelOptions![0]!.OutsideIpAddress,
    '169.254.10.1',
  ]);
  assert.deepEqual(values(tunnel, 'asn'), ['65010', '64512']);
  assert.deepEqual(values(tunnel, 'lifetime'), ['900', '3600']);
  assert.deepEqual(values(tunnel, 'pre_shared_key'), ['correct.horse_battery']);
  assert.deepEqual(values(second, 'pre_shared_key'), [Options!.TunnelOptions![1]!.PreSharedKey]);
  assert.equal(values(second, 'ip_address')[2], Options!.TunnelOptions![1]!.OutsideIpAddress);

  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId }));
  assert.equal((await described(VpnConnectionId!)).CustomerGatewayConfiguration, undefined);
  const { VpnConnection: routed } = await create({ Options: { StaticRoutesOnly: true } });
  const ofStatic = routed!.CustomerGatewayConfiguration!;
  assert.deepEqual(values(ofStatic, 'vpn_connection_attributes'), ['NoBGPVPNConnection']);
  assert.deepEqual(values(ofStatic, 'asn'), []);
});

test('a static connection has routes, and another gateway on demand', async () => {
  const { ec2, create, described, gateway, customer } = await world('100000000003');
  const { VpnConnection: dynamic } = await create({ VpnGatewayId: undefined });
  assert.equal(dynamic!.GatewayAssociationState, 'not-associated');
  const DestinationCidrBlock = '192.168.0.0/16';
  const route = (VpnConnectionId: string, cidr = DestinationCidrBlock) =>
    ec2.send(new CreateVpnConnectionRouteCommand({ VpnConnectionId, DestinationCidrBlock: cidr }));
  assert.match((await refusal(route(dynamic!.VpnConnectionId!))).message, /learns its routes by BGP/);
  const { VpnConnection: made } = await create({ Options: { StaticRoutesOnly: true } });
  const VpnConnectionId = made!.VpnConnectionId!;
  assert.equal((await refusal(route(VpnConnectionId, '192.168.0.0/33'))).code, 'InvalidParameterValue');
  await route(VpnConnectionId);
  await route(VpnConnectionId);
  assert.deepEqual((await described(VpnConnectionId)).Routes, [
    { DestinationCidrBlock, Source: 'Static', State: 'available' },
  ]);
  const Filters = [{ Name: 'route.destination-cidr-block', Values: [DestinationCidrBlock] }];
  const { VpnConnections: found } = await ec2.send(new DescribeVpnConnectionsCommand({ Filters }));
  assert.deepEqual(
    found!.map((each) => each.VpnConnectionId),
    [VpnConnectionId],
  );
  const drop = () => ec2.send(new DeleteVpnConnectionRouteCommand({ VpnConnectionId, DestinationCidrBlock }));
  await drop();
  assert.deepEqual((await described(VpnConnectionId)).Routes, []);
  assert.equal((await refusal(drop())).code, 'InvalidRoute.NotFound');

  const moved = { CustomerGatewayId: await customer('203.0.113.2'), VpnGatewayId: await gateway() };
  const modify = (more: object) => ec2.send(new ModifyVpnConnectionCommand({ VpnConnectionId, ...more }));
  assert.equal((await refusal(modify({}))).code, 'MissingParameter');
  const nowhere = await refusal(modify({ VpnGatewayId: 'vgw-0123456789abcdef0' }));
  assert.equal(nowhere.code, 'InvalidVpnGatewayID.NotFound');
  await modify(moved);
  const { CustomerGatewayId, VpnGatewayId, State } = await described(VpnConnectionId);
  assert.deepEqual({ CustomerGatewayId, VpnGatewayId, State }, { ...moved, State: 'available' });
});

test('a policy decides by the routing and by the tunnels that are asked for', async () => {
  const { ids } = await world(ACCOUNT);
  const Condition = { StringEquals: { 'ec2:RoutingType': 'BGP', 'ec2:IKEVersions': 'ikev1' } };
  const nia = await userWith(server, 'nia', statement('ec2:*'), {
    ...denying('ec2:CreateVpnConnection'),
    Condition,
  });
  const ec2 = server.client(EC2Client, nia);
  const create = (StaticRoutesOnly: boolean, version: 'ikev1' | 'ikev2') => {
    const Options = { StaticRoutesOnly, TunnelOptions: [{ IKEVersions: [{ Value: version }] }] };
    return refusal(ec2.send(new CreateVpnConnectionCommand({ Type, ...ids, Options, DryRun: true })));
  };
  assert.equal((await create(false, 'ikev1')).code, 'UnauthorizedOperation');
  assert.equal((await create(true, 'ikev1')).code, 'DryRunOperation');
  assert.equal((await create(false, 'ikev2')).code, 'DryRunOperation');
});
