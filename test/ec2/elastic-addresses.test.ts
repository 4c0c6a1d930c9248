/** Elastic addresses: allocated, lent to instances and interfaces, taken back and released. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AllocateAddressCommand,
  AssignPrivateIpAddressesCommand,
  AssociateAddressCommand,
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeAddressesAttributeCommand,
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DisassociateAddressCommand,
  type EC2Client,
  ModifyInstanceAttributeCommand,
  ReleaseAddressCommand,
  ResetInstanceAttributeCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  UnassignPrivateIpAddressesCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, REGION } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const allocate = (ec2: EC2Client, Value = 'door') =>
  ec2.send(
    new AllocateAddressCommand({
      Domain: 'vpc',
      TagSpecifications: [{ ResourceType: 'elastic-ip', Tags: [{ Key: 'Name', Value }] }],
    }),
  );
const find = async (ec2: EC2Client, Name: string, value: string | undefined) =>
  (await ec2.send(new DescribeAddressesCommand({ Filters: [{ Name, Values: [value!] }] }))).Addresses!;

test("an elastic address is the account's own until it is released", async (t) => {
  const { ec2 } = await ec2World(t);
  const { AllocationId, PublicIp, ...made } = await allocate(ec2);
  assert.deepEqual([made.Domain, made.PublicIpv4Pool, made.NetworkBorderGroup], ['vpc', 'amazon', REGION]);
  const [address] = await find(ec2, 'tag:Name', 'door');
  assert.equal(address!.PublicIp, PublicIp);
  assert.equal(address!.AssociationId, undefined);
  const { Tags: tags } = await ec2.send(new DescribeTagsCommand({}));
  assert.ok(
    tags!.some(
      ({ ResourceId, ResourceType }) => `${ResourceType} ${ResourceId}` === `elastic-ip ${AllocationId}`,
    ),
  );
  const { Addresses: attributes } = await ec2.send(
    new DescribeAddressesAttributeCommand({ AllocationIds: [AllocationId!], Attribute: 'domain-name' }),
  );
  assert.deepEqual(attributes, [{ AllocationId, PublicIp }]);

  await ec2.send(new ReleaseAddressCommand({ AllocationId }));
  assert.deepEqual(await refusal(ec2.send(new ReleaseAddressCommand({ AllocationId }))), {
    code: 'InvalidAllocationID.NotFound',
    message: `The allocation ID '${AllocationId}' does not exist`,
    status: 400,
  });
  const byIp = ec2.send(new DescribeAddressesCommand({ PublicIps: [PublicIp!] }));
  assert.equal((await refusal(byIp)).code, 'InvalidAddress.NotFound');
});

test('an instance keeps it while it is stopped, and loses it when it ends', async (t) => {
  const world = await ec2World(t);
  const { ec2, server } = world;
  const { AllocationId, PublicIp } = await allocate(ec2);
  const InstanceId = await world.run();
  await server.settled();
  const { AssociationId } = await ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId }));
  const instance = async () =>
    (await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId!] }))).Reservations![0]!
      .Instances![0]!;
  assert.equal((await instance()).PublicIpAddress, PublicIp);
  const { Reservations: found } = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [{ Name: 'network-interface.association.allocation-id', Values: [AllocationId!] }],
    }),
  );
  assert.equal(found![0]!.Instances![0]!.InstanceId, InstanceId);
  const [eni] = (await instance()).NetworkInterfaces!;
  assert.equal(eni!.Association!.IpOwnerId, ACCOUNT);
  const { NetworkInterfaces: [shown] = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: 'association.allocation-id', Values: [AllocationId!] }],
    }),
  );
  assert.equal(shown!.Association!.AssociationId, AssociationId);
  const [address] = await find(ec2, 'instance-id', InstanceId);
  assert.deepEqual(
    [address!.AssociationId, address!.NetworkInterfaceId, address!.PrivateIpAddress],
    [AssociationId, shown!.NetworkInterfaceId, shown!.PrivateIpAddress],
  );
  assert.deepEqual(await refusal(ec2.send(new ReleaseAddressCommand({ AllocationId }))), {
    code: 'InvalidIPAddress.InUse',
    message: `Address ${PublicIp} is in use.`,
    status: 400,
  });

  await ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId!] }));
  await server.settled();
  assert.equal((await instance()).PublicIpAddress, PublicIp);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId!] }));
  await server.settled();
  assert.deepEqual(await find(ec2, 'instance-id', InstanceId), []);
  await ec2.send(new ReleaseAddressCommand({ AllocationId }));
});

test('beside an instance, the interface of an earlier one is not looked at', async (t) => {
  const world = await ec2World(t);
  const { ec2, server } = world;
  const { AllocationId } = await allocate(ec2);
  const [first, second] = [await world.run(), await world.run()];
  await server.settled();
  await ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId: first }));
  const [{ NetworkInterfaceId } = {}] = await find(ec2, 'instance-id', first);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [first!] }));
  await server.settled();
  await ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId: second, NetworkInterfaceId }));
  const [address] = await find(ec2, 'instance-id', second);
  assert.equal(address!.AllocationId, AllocationId);
  assert.notEqual(address!.NetworkInterfaceId, NetworkInterfaceId);
});

test('of an instance with several interfaces, one has to be named', async (t) => {
  const world = await ec2World(t);
  const { ec2, server } = world;
  const { AllocationId } = await allocate(ec2);
  const InstanceId = await world.run();
  await server.settled();
  const { SubnetId, VpcId, SecurityGroups } = await world.instance(InstanceId);
  const { NetworkInterface: second } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }));
  const NetworkInterfaceId = second!.NetworkInterfaceId!;
  await ec2.send(new AttachNetworkInterfaceCommand({ InstanceId, NetworkInterfaceId, DeviceIndex: 1 }));
  await server.settled();
  const { RouteTables: [{ RouteTableId } = {}] = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId!] }] }),
  );
  const Groups = SecurityGroups!.map(({ GroupId }) => GroupId!);
  const SourceDestCheck = { Value: false };
  for (const [what, call] of Object.entries({
    associate: ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId })),
    groups: ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, Groups })),
    check: ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, SourceDestCheck })),
    reset: ec2.send(new ResetInstanceAttributeCommand({ InstanceId, Attribute: 'sourceDestCheck' })),
    route: ec2.send(
      new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '192.0.2.0/24', InstanceId }),
    ),
  })) {
    assert.deepEqual(
      await refusal(call),
      {
        code: 'InvalidInstanceID',
        message: `There are multiple interfaces attached to instance '${InstanceId}'. Please specify an interface ID for the operation instead.`,
        status: 400,
      },
      what,
    );
  }
  await ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId }));
  assert.equal((await find(ec2, 'network-interface-id', NetworkInterfaceId))[0]!.InstanceId, InstanceId);
});

test('it moves from one interface to another, unless that is not wanted', async (t) => {
  const { ec2 } = await ec2World(t);
  const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const newInterface = async (SubnetId = subnet!.SubnetId) =>
    (await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }))).NetworkInterface!.NetworkInterfaceId;
  const [one, other] = [await newInterface(), await newInterface()];
  const { AllocationId, PublicIp } = await allocate(ec2);
  const associate = (NetworkInterfaceId: string | undefined, more: object = {}) =>
    ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId, ...more }));
  const { AssociationId: first } = await associate(one);
  assert.equal((await associate(one)).AssociationId, first, 'the same again is the same');
  assert.deepEqual(await refusal(associate(other, { AllowReassociation: false })), {
    code: 'Resource.AlreadyAssociated',
    message: `resource ${AllocationId} is already associated with associate-id ${first}`,
    status: 400,
  });
  await associate(other);
  assert.equal((await find(ec2, 'network-interface-id', other))[0]!.PublicIp, PublicIp);
  const disassociate = (AssociationId: string | undefined) =>
    ec2.send(new DisassociateAddressCommand({ AssociationId }));
  assert.equal((await refusal(disassociate(first))).code, 'InvalidAssociationID.NotFound');
  await ec2.send(new DisassociateAddressCommand({ PublicIp }));
  assert.deepEqual(await find(ec2, 'network-interface-id', other), []);

  const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const { Subnet: inside } = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpc!.VpcId, CidrBlock: '10.0.0.0/24' }),
  );
  const unreachable = await newInterface(inside!.SubnetId);
  assert.deepEqual(await refusal(associate(unreachable)), {
    code: 'Gateway.NotAttached',
    message: `Network ${vpc!.VpcId} is not attached to any internet gateway`,
    status: 400,
  });
});

test('secondary addresses are assigned, moved and taken away, and each may have an elastic one', async (t) => {
  const { ec2, server } = await ec2World(t);
  const { Subnets: subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const { SubnetId, CidrBlock, AvailableIpAddressCount: free } = subnets![0]!;
  const address = (last: number) => CidrBlock!.replace(/\d+\/\d+$/, String(last));
  const made = async (input: object) =>
    (await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, ...input }))).NetworkInterface!
      .NetworkInterfaceId!;
  const one = await made({ PrivateIpAddress: address(50) });
  const other = await made({ SecondaryPrivateIpAddressCount: 1 });
  const addresses = async (id: string) => {
    const { NetworkInterfaces: [eni] = [] } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }),
    );
    return eni!.PrivateIpAddresses!.map(({ PrivateIpAddress: ip, Association: a }) => [ip, a?.AllocationId]);
  };
  const assign = (id: string, ips: string[], AllowReassignment = false) =>
    ec2.send(
      new AssignPrivateIpAddressesCommand({
        NetworkInterfaceId: id,
        PrivateIpAddresses: ips,
        AllowReassignment,
      }),
    );
  const unassign = (id: string, ips: string[]) =>
    ec2.send(new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: id, PrivateIpAddresses: ips }));
  const { AssignedPrivateIpAddresses: assigned } = await assign(one, [address(51), address(52)]);
  assert.deepEqual(assigned, [{ PrivateIpAddress: address(51) }, { PrivateIpAddress: address(52) }]);
  const { Subnets: [after] = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId!] }));
  assert.equal(after!.AvailableIpAddressCount, free! - 5);

  const elastic = await allocate(ec2);
  const AllocationId = elastic.AllocationId!;
  const associate = (PrivateIpAddress: string) =>
    ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId: one, PrivateIpAddress }));
  await associate(address(51));
  await associate(address(52));
  assert.deepEqual(await addresses(one), [
    [address(50), undefined],
    [address(51), undefined],
    [address(52), AllocationId],
  ]);
  const [shown] = await find(ec2, 'private-ip-address', address(52));
  assert.deepEqual([shown!.AllocationId, shown!.NetworkInterfaceId], [AllocationId, one]);
  const { NetworkInterfaces: found } = await ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: 'addresses.private-ip-address', Values: [address(52)] }],
    }),
  );
  assert.equal(found!.length, 1);

  const codes = await Promise.all(
    [
      assign(other, [address(52)]),
      assign(other, ['10.9.9.9']),
      unassign(one, [address(50)]),
      unassign(one, [address(99)]),
      associate(address(99)),
    ].map(async (call) => (await refusal(call)).code),
  );
  assert.deepEqual(codes, [
    'InvalidIPAddress.InUse',
    'InvalidParameterValue',
    'InvalidParameterValue',
    'InvalidParameterValue',
    'InvalidParameterValue',
  ]);
  await assign(other, [address(52)], true);
  assert.equal((await addresses(other)).length, 3);
  assert.deepEqual((await addresses(one)).length, 2);
  await associate(address(51));
  await unassign(one, [address(51)]);
  assert.equal((await find(ec2, 'public-ip', elastic.PublicIp))[0]!.AssociationId, undefined);
  await ec2.send(new ReleaseAddressCommand({ AllocationId }));
  await server.settled();
});
