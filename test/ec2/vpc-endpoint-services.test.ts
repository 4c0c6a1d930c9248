/** VPC endpoint services: what they say of themselves, who may connect, and who may make them. */
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

const balancer = (form: string, id: number) =>
  `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:loadbalancer/${form}/shop/${String(id).repeat(16)}`;
const [NET1, NET2, GATEWAY] = [balancer('net', 1), balancer('net', 2), balancer('gwy', 3)];

const create = async (input: cli.CreateVpcEndpointServiceConfigurationCommandInput, ec2 = world.ec2) =>
  (await ec2.send(new cli.CreateVpcEndpointServiceConfigurationCommand(input))).ServiceConfiguration!;
const modify = (input: cli.ModifyVpcEndpointServiceConfigurationCommandInput) =>
  world.ec2.send(new cli.ModifyVpcEndpointServiceConfigurationCommand(input));
const permit = (input: cli.ModifyVpcEndpointServicePermissionsCommandInput) =>
  world.ec2.send(new cli.ModifyVpcEndpointServicePermissionsCommand(input));
const read = async (id: string) => {
  const input = { ServiceIds: [id] };
  const answer = await world.ec2.send(new cli.DescribeVpcEndpointServiceConfigurationsCommand(input));
  return answer.ServiceConfigurations![0]!;
};

test('a service is named after its id, and is changed and deleted', async () => {
  const { ec2 } = world;
  const request = { NetworkLoadBalancerArns: [NET1], AcceptanceRequired: false, ClientToken: 'once' };
  const made = await create(request);
  const ServiceId = made.ServiceId!;
  assert.equal((await create(request)).ServiceId, ServiceId);
  assert.deepEqual(
    [made.ServiceName, made.ServiceState, made.ServiceType, made.SupportedIpAddressTypes],
    [`com.amazonaws.vpce.us-east-1.${ServiceId}`, 'Available', [{ ServiceType: 'Interface' }], ['ipv4']],
  );
  assert.deepEqual(made.BaseEndpointDnsNames, [`${ServiceId}.us-east-1.vpce.amazonaws.com`]);

  await modify({
    ServiceId,
    AcceptanceRequired: true,
    AddNetworkLoadBalancerArns: [NET2],
    RemoveNetworkLoadBalancerArns: [NET1],
    AddSupportedIpAddressTypes: ['ipv6'],
    AddSupportedRegions: ['us-west-2'],
    PrivateDnsName: 'shop.example.com',
  });
  await ec2.send(
    new cli.ModifyVpcEndpointServicePayerResponsibilityCommand({
      ServiceId,
      PayerResponsibility: 'ServiceOwner',
    }),
  );
  const changed = await read(ServiceId);
  assert.deepEqual(
    [changed.AcceptanceRequired, changed.NetworkLoadBalancerArns, changed.SupportedIpAddressTypes],
    [true, [NET2], ['ipv4', 'ipv6']],
  );
  assert.deepEqual(
    [changed.RemoteAccessEnabled, changed.SupportedRegions?.map(({ Region }) => Region)],
    [true, ['us-east-1', 'us-west-2']],
  );
  assert.equal(changed.PayerResponsibility, 'ServiceOwner');
  const { State, Type, Value } = changed.PrivateDnsNameConfiguration!;
  assert.deepEqual([State, Type], ['pendingVerification', 'TXT']);
  assert.match(Value!, /^vpce:\w+/);
  await modify({ ServiceId, RemovePrivateDnsName: true });
  assert.equal((await read(ServiceId)).PrivateDnsName, undefined);

  const listed = await ec2.send(
    new cli.DescribeVpcEndpointServicesCommand({ ServiceNames: [made.ServiceName!] }),
  );
  assert.deepEqual(
    [listed.ServiceDetails?.[0]?.Owner, listed.ServiceDetails?.[0]?.AcceptanceRequired],
    [ACCOUNT, true],
  );
  const missing = 'vpce-svc-0123456789abcdef0';
  const gone = await ec2.send(
    new cli.DeleteVpcEndpointServiceConfigurationsCommand({ ServiceIds: [ServiceId, missing] }),
  );
  const code = 'InvalidVpcEndpointServiceId.NotFound';
  assert.deepEqual(
    gone.Unsuccessful?.map(({ ResourceId, Error: error }) => [ResourceId, error?.Code]),
    [[missing, code]],
  );
  assert.equal((await refusal(read(ServiceId))).code, code);
});

test('it has load balancers of one kind, and a gateway has no private name', async () => {
  const wrong: [cli.CreateVpcEndpointServiceConfigurationCommandInput, RegExp][] = [
    [{}, /must have at least one/],
    [{ NetworkLoadBalancerArns: [NET1], GatewayLoadBalancerArns: [GATEWAY] }, /cannot have both/],
    [{ NetworkLoadBalancerArns: [GATEWAY] }, /is not the ARN of a Network Load Balancer/],
    [{ NetworkLoadBalancerArns: [NET1], SupportedIpAddressTypes: ['ipv5'] }, /ipv5/],
    [{ NetworkLoadBalancerArns: [NET1], PrivateDnsName: 'no name' }, /'no name' is not valid/],
    [{ GatewayLoadBalancerArns: [GATEWAY], PrivateDnsName: 'a.example.com' }, /not supported for Gateway/],
  ];
  for (const [input, message] of wrong) assert.match((await refusal(create(input))).message, message);
  const gateway = await create({ GatewayLoadBalancerArns: [GATEWAY] });
  assert.deepEqual(gateway.ServiceType, [{ ServiceType: 'GatewayLoadBalancer' }]);
  const last = modify({ ServiceId: gateway.ServiceId, RemoveGatewayLoadBalancerArns: [GATEWAY] });
  assert.match((await refusal(last)).message, /must have at least one/);
});

test('its principals are kept each with an id and a type', async () => {
  const { ec2 } = world;
  const { ServiceId } = await create({ NetworkLoadBalancerArns: [NET1] });
  const principals = ['*', 'root', 'user/ada', 'role/team/ops'].map((name) =>
    name === '*' ? name : `arn:aws:iam::${ACCOUNT}:${name}`,
  );
  const { AddedPrincipals } = await permit({ ServiceId, AddAllowedPrincipals: principals });
  assert.deepEqual(
    AddedPrincipals?.map(({ PrincipalType }) => PrincipalType),
    ['All', 'Account', 'User', 'Role'],
  );
  const again = await permit({
    ServiceId,
    AddAllowedPrincipals: [principals[1]!],
    RemoveAllowedPrincipals: ['*'],
  });
  assert.deepEqual(again.AddedPrincipals, []);
  const described = async (Filters?: cli.Filter[]) => {
    const input = { ServiceId, Filters };
    const answer = await ec2.send(new cli.DescribeVpcEndpointServicePermissionsCommand(input));
    return answer.AllowedPrincipals!.map(({ Principal }) => Principal).sort();
  };
  assert.deepEqual(await described(), principals.slice(1).sort());
  assert.deepEqual(await described([{ Name: 'principal-type', Values: ['Role'] }]), [principals[3]]);
  const unknown = permit({ ServiceId, AddAllowedPrincipals: ['ada'] });
  assert.equal((await refusal(unknown)).code, 'InvalidPrincipal');
});

test('whoever makes one may be held to a private name, and to services by their tags', async () => {
  const { server } = world;
  const services = `arn:aws:ec2:us-east-1:${ACCOUNT}:vpc-endpoint-service/*`;
  const clientOf = async (name: string, ...allow: object[]) =>
    server.client(cli.EC2Client, await userWith(server, name, ...allow));
  const ida = await clientOf(
    'ida',
    statement('ec2:CreateVpcEndpointServiceConfiguration', {
      Resource: services,
      Condition: { StringEquals: { 'ec2:VpceServicePrivateDnsName': 'shop.example.com' } },
    }),
    statement('ec2:DescribeVpcEndpointServicePermissions', {
      Resource: services,
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'shop' } },
    }),
  );
  const wanted = { NetworkLoadBalancerArns: [NET1], PrivateDnsName: 'shop.example.com' };
  assert.equal((await create(wanted, ida)).PrivateDnsName, 'shop.example.com');
  const other = create({ ...wanted, PrivateDnsName: 'bank.example.com' }, ida);
  assert.equal((await refusal(other)).code, 'UnauthorizedOperation');

  const Tags = [{ Key: 'team', Value: 'shop' }];
  const TagSpecifications = [{ ResourceType: 'vpc-endpoint-service' as const, Tags }];
  const [tagged, plain] = [await create({ ...wanted, TagSpecifications }), await create(wanted)];
  assert.deepEqual((await read(tagged.ServiceId!)).Tags, Tags);
  const permissions = ({ ServiceId }: cli.ServiceConfiguration) =>
    ida.send(new cli.DescribeVpcEndpointServicePermissionsCommand({ ServiceId }));
  assert.deepEqual((await permissions(tagged)).AllowedPrincipals, []);
  assert.equal((await refusal(permissions(plain))).code, 'UnauthorizedOperation');
});

test('an endpoint to such a service is refused by name', async () => {
  const { ServiceName } = await create({ NetworkLoadBalancerArns: [NET1] });
  const { Vpcs } = await world.ec2.send(new cli.DescribeVpcsCommand({}));
  const asked = world.ec2.send(
    new cli.CreateVpcEndpointCommand({ VpcId: Vpcs![0]!.VpcId, ServiceName, VpcEndpointType: 'Interface' }),
  );
  const { code, message } = await refusal(asked);
  assert.deepEqual([code, message.includes(ServiceName!)], ['UnsupportedOperation', true]);
});
