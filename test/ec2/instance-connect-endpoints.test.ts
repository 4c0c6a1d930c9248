/** EC2 Instance Connect Endpoints: their states, interface, quotas and who may make them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as cli from '@aws-sdk/client-ec2';
import { DeleteServiceLinkedRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { ACCOUNT, statement, userWith } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

let world: World;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

const newSubnet = async (block: string, families: cli.IpAddressType = 'ipv4') => {
  const { ec2 } = world;
  const { Vpc } = await ec2.send(
    new cli.CreateVpcCommand({ CidrBlock: block, AmazonProvidedIpv6CidrBlock: families !== 'ipv4' }),
  );
  const { VpcId } = Vpc!;
  const { Vpcs } = await ec2.send(new cli.DescribeVpcsCommand({ VpcIds: [VpcId!] }));
  const ipv6 = Vpcs![0]!.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock?.replace('/56', '/64');
  const { Subnet } = await ec2.send(
    new cli.CreateSubnetCommand({
      VpcId,
      ...(families === 'ipv6' ? { Ipv6Native: true } : { CidrBlock: block }),
      Ipv6CidrBlock: ipv6,
    }),
  );
  return Subnet!;
};
const create = async (input: cli.CreateInstanceConnectEndpointCommandInput, ec2 = world.ec2) =>
  (await ec2.send(new cli.CreateInstanceConnectEndpointCommand(input))).InstanceConnectEndpoint!;
const read = async (id: string) => {
  const input = { InstanceConnectEndpointIds: [id] };
  const answer = await world.ec2.send(new cli.DescribeInstanceConnectEndpointsCommand(input));
  return answer.InstanceConnectEndpoints![0]!;
};
const modify = (input: cli.ModifyInstanceConnectEndpointCommandInput) =>
  world.ec2.send(new cli.ModifyInstanceConnectEndpointCommand(input));
const interfaceOf = async (id: string) =>
  (await world.ec2.send(new cli.DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] })))
    .NetworkInterfaces![0]!;

test('an endpoint has an interface of its own in the subnet, and goes with it', async () => {
  const { ec2, server, iam } = world;
  const { SubnetId, VpcId } = await newSubnet('10.0.0.0/24');
  const ClientToken = 'once';
  const made = await create({ SubnetId, ClientToken });
  const id = made.InstanceConnectEndpointId!;
  assert.equal((await create({ SubnetId, ClientToken })).InstanceConnectEndpointId, id);
  assert.deepEqual([made.State, made.VpcId, made.IpAddressType], ['create-in-progress', VpcId, 'ipv4']);
  await server.settled();
  assert.equal((await read(id)).State, 'create-complete');
  const RoleName = 'AWSServiceRoleForEc2InstanceConnect';
  assert.ok((await iam.send(new GetRoleCommand({ RoleName }))).Role);

  const [NetworkInterfaceId] = made.NetworkInterfaceIds!;
  const eni = await interfaceOf(NetworkInterfaceId!);
  assert.deepEqual(
    [eni.InterfaceType, eni.RequesterManaged, eni.Status, eni.Groups?.map(({ GroupId }) => GroupId)],
    ['ec2_instance_connect_endpoint', true, 'in-use', made.SecurityGroupIds],
  );
  const removed = ec2.send(new cli.DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  assert.match((await refusal(removed)).message, /currently in use/);

  const { GroupId } = await ec2.send(
    new cli.CreateSecurityGroupCommand({ VpcId, GroupName: 'ssh', Description: 'ssh' }),
  );
  await modify({ InstanceConnectEndpointId: id, SecurityGroupIds: [GroupId!], PreserveClientIp: true });
  await server.settled();
  const changed = await read(id);
  assert.deepEqual(
    [changed.State, changed.SecurityGroupIds, changed.PreserveClientIp],
    ['update-complete', [GroupId], true],
  );
  assert.equal((await interfaceOf(NetworkInterfaceId!)).Groups?.[0]?.GroupId, GroupId);
  assert.equal((await refusal(create({ SubnetId }))).code, 'ResourceLimitExceeded');

  const gone = await ec2.send(
    new cli.DeleteInstanceConnectEndpointCommand({ InstanceConnectEndpointId: id }),
  );
  assert.equal(gone.InstanceConnectEndpoint?.State, 'delete-in-progress');
  await server.settled();
  assert.equal((await read(id)).State, 'delete-complete');
  assert.equal((await refusal(interfaceOf(NetworkInterfaceId!))).code, 'InvalidNetworkInterfaceID.NotFound');
  await ec2.send(new cli.DeleteSubnetCommand({ SubnetId }));
});

test('in a subnet of both families it has addresses of both, and keeps none of its clients', async () => {
  const { SubnetId } = await newSubnet('10.1.0.0/24', 'dualstack');
  const both = await create({ SubnetId });
  assert.equal(both.IpAddressType, 'dualstack');
  assert.equal((await interfaceOf(both.NetworkInterfaceIds![0]!)).Ipv6Addresses?.length, 1);
  const { SubnetId: plain } = await newSubnet('10.2.0.0/24');
  const wrong = create({ SubnetId: plain, IpAddressType: 'dualstack', PreserveClientIp: true });
  assert.equal((await refusal(wrong)).code, 'InvalidParameterCombination');
  for (const IpAddressType of ['ipv6', 'dualstack'] as const) {
    const without = create({ SubnetId: plain, IpAddressType });
    assert.match((await refusal(without)).message, /has no IPv6 CIDR block/);
  }
});

test('in a subnet of IPv6 alone it has no other addresses', async () => {
  const { SubnetId } = await newSubnet('10.9.0.0/24', 'ipv6');
  for (const IpAddressType of ['ipv4', 'dualstack'] as const) {
    const without = create({ SubnetId, IpAddressType });
    assert.match((await refusal(without)).message, /has no IPv4 CIDR block/);
  }
  assert.equal((await create({ SubnetId, IpAddressType: 'ipv6' })).IpAddressType, 'ipv6');
});

test('its maker may make an interface in the subnet, and the role where there is none', async () => {
  const { server } = world;
  const { SubnetId } = await newSubnet('10.3.0.0/24');
  const [make, makeInterface] = ['ec2:CreateInstanceConnectEndpoint', 'ec2:CreateNetworkInterface'];
  const RoleName = 'AWSServiceRoleForEc2InstanceConnect';
  await world.iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
  const clientOf = async (name: string, ...allow: object[]) =>
    server.client(cli.EC2Client, await userWith(server, name, ...allow));
  const nia = await clientOf('nia', statement(make));
  assert.match(
    (await refusal(create({ SubnetId }, nia))).message,
    /not authorized to perform: ec2:CreateNet/,
  );
  const Resource = `arn:aws:ec2:us-east-1:${ACCOUNT}:subnet/${SubnetId}`;
  const interfaces = statement(makeInterface, { Resource });
  const oda = await clientOf('oda', statement(make), interfaces);
  const code = 'AuthFailure.ServiceLinkedRoleCreationNotPermitted';
  assert.equal((await refusal(create({ SubnetId }, oda))).code, code);
  const ivo = await clientOf('ivo', statement([make, 'iam:CreateServiceLinkedRole']), interfaces);
  assert.equal((await create({ SubnetId }, ivo)).State, 'create-in-progress');
});
