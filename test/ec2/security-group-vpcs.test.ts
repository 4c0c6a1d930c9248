/** Security groups that are associated with further VPCs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AssociateSecurityGroupVpcCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DeleteVpcCommand,
  DescribeSecurityGroupsCommand,
  DescribeSecurityGroupVpcAssociationsCommand,
  DescribeVpcsCommand,
  DisassociateSecurityGroupVpcCommand,
  EC2Client,
  GetSecurityGroupsForVpcCommand,
  ModifyInstanceAttributeCommand,
  ModifyVpcEndpointCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { statement, userWith } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

function networkOf({ ec2 }: World) {
  return {
    vpc: async (CidrBlock: string) => (await ec2.send(new CreateVpcCommand({ CidrBlock }))).Vpc!.VpcId!,
    group: async (VpcId: string, GroupName: string) =>
      (await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: 'd' }))).GroupId!,
    associate: (GroupId: string, VpcId: string) =>
      ec2.send(new AssociateSecurityGroupVpcCommand({ GroupId, VpcId })),
    disassociate: (GroupId: string, VpcId: string) =>
      ec2.send(new DisassociateSecurityGroupVpcCommand({ GroupId, VpcId })),
    associations: async (...filters: [string, string][]) => {
      const Filters = filters.map(([Name, value]) => ({ Name, Values: [value] }));
      const input = Filters.length > 0 ? { Filters } : {};
      return (await ec2.send(new DescribeSecurityGroupVpcAssociationsCommand(input)))
        .SecurityGroupVpcAssociations!;
    },
  };
}

test('a group is used in the VPCs that it is associated with, and in no others', async (t) => {
  const world = await ec2World(t);
  const { ec2, server, imageId } = world;
  const { vpc, group, associate, disassociate, associations } = networkOf(world);
  const [home, away, aside] = [await vpc('10.0.0.0/16'), await vpc('10.1.0.0/16'), await vpc('10.2.0.0/16')];
  const [shared, local] = [await group(home, 'shared'), await group(away, 'local')];
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: away, CidrBlock: '10.1.0.0/24' }));
  const SubnetId = Subnet!.SubnetId!;
  const createInterface = () =>
    ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, Groups: [shared, local] }));
  const launch = () =>
    ec2.send(
      new RunInstancesCommand({
        ...{ ImageId: imageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
        ...{ SubnetId, SecurityGroupIds: [shared] },
      }),
    );
  const endpoint = () =>
    ec2.send(
      new CreateVpcEndpointCommand({
        ...{ VpcId: away, VpcEndpointType: 'Interface', SecurityGroupIds: [shared] },
        ...{ ServiceName: 'com.amazonaws.us-east-1.kms', PrivateDnsEnabled: false },
      }),
    );
  const nameInRule = () =>
    ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: local,
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: shared }] }],
      }),
    );
  const uses = [createInterface, launch, endpoint, nameInRule];
  for (const use of uses) {
    assert.match((await refusal(use())).message, /belong to different networks|does not belong to VPC/);
  }

  assert.equal((await associate(shared, away)).State, 'associating');
  await server.settled();
  const [made] = await associations();
  const { OwnerId } = Subnet!;
  assert.deepEqual(made, {
    ...{ GroupId: shared, GroupOwnerId: OwnerId, VpcId: away, VpcOwnerId: OwnerId },
    State: 'associated',
  });
  await associate(shared, aside);
  await server.settled();
  assert.equal((await associations(['group-id', shared])).length, 2);
  assert.deepEqual(await associations(['vpc-id', away], ['state', 'associated']), [made]);
  assert.deepEqual(await associations(['state', 'disassociating']), []);
  const usable = await ec2.send(new GetSecurityGroupsForVpcCommand({ VpcId: away }));
  assert.equal(usable.SecurityGroupForVpcs!.find((each) => each.GroupId === shared)?.PrimaryVpcId, home);

  const { VpcEndpoint } = await endpoint();
  await nameInRule();
  const { NetworkInterface } = await createInterface();
  const { Instances } = await launch();
  await server.settled();
  const regroup = (...Groups: string[]) =>
    ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: Instances![0]!.InstanceId, Groups }));
  const addToEndpoint = (...AddSecurityGroupIds: string[]) =>
    ec2.send(
      new ModifyVpcEndpointCommand({ VpcEndpointId: VpcEndpoint!.VpcEndpointId, AddSecurityGroupIds }),
    );
  const foreign = await group(home, 'foreign');
  for (const change of [regroup, addToEndpoint]) {
    assert.equal((await refusal(change(foreign))).code, 'InvalidParameter');
    await change(local, shared);
  }
  const inUse = await refusal(disassociate(shared, away));
  assert.equal(inUse.code, 'DependencyViolation');
  assert.equal((await disassociate(shared, aside)).State, 'disassociating');
  await ec2.send(
    new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: NetworkInterface!.NetworkInterfaceId }),
  );
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [Instances![0]!.InstanceId!] }));
  await server.settled();
  assert.equal(
    (await refusal(ec2.send(new DeleteSecurityGroupCommand({ GroupId: shared })))).code,
    inUse.code,
  );
  await disassociate(shared, away);
  await server.settled();
  assert.deepEqual(await associations(), []);
  assert.equal((await refusal(createInterface())).code, 'InvalidParameter');
  for (const GroupId of [local, shared]) await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
});

test('what AWS refuses to associate, and what associations keep from being deleted', async (t) => {
  const world = await ec2World(t);
  const { ec2, server } = world;
  const { vpc, group, associate, disassociate } = networkOf(world);
  const [home, away] = [await vpc('10.0.0.0/16'), await vpc('10.1.0.0/16')];
  const [shared, taken] = [await group(home, 'shared'), await group(home, 'taken')];
  const other = await group(away, 'taken');
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const standard = SecurityGroups!.find((each) => each.VpcId === home && each.GroupName === 'default');
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
  const defaultVpc = Vpcs!.find(({ IsDefault }) => IsDefault);
  const refused: readonly [Promise<unknown>, string][] = [
    [associate(standard!.GroupId!, away), 'InvalidParameterValue'],
    [associate(shared, defaultVpc!.VpcId!), 'InvalidParameterValue'],
    [associate(taken, away), 'InvalidGroup.Duplicate'],
    [associate(shared, home), 'Resource.AlreadyAssociated'],
    [associate('sg-0123456789abcdef0', away), 'InvalidGroup.NotFound'],
    [associate(shared, 'vpc-0123456789abcdef0'), 'InvalidVpcID.NotFound'],
    [disassociate(shared, away), 'InvalidAssociationID.NotFound'],
  ];
  for (const [call, code] of refused) assert.equal((await refusal(call)).code, code);

  await associate(shared, away);
  assert.equal((await refusal(associate(shared, away))).code, 'Resource.AlreadyAssociated');
  assert.equal((await refusal(group(away, 'shared'))).code, 'InvalidGroup.Duplicate');
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId: other }));
  const deleteVpc = () => ec2.send(new DeleteVpcCommand({ VpcId: away }));
  assert.equal((await refusal(deleteVpc())).code, 'DependencyViolation');
  await disassociate(shared, away);
  await server.settled();
  await deleteVpc();

  const nia = await userWith(
    server,
    'nia',
    statement('ec2:AssociateSecurityGroupVpc', {
      Resource: [`arn:aws:ec2:*:*:security-group/${shared}`, `arn:aws:ec2:*:*:vpc/*`],
    }),
  );
  const client = server.client(EC2Client, nia);
  const aside = await vpc('10.2.0.0/16');
  const asNia = (GroupId: string) =>
    client.send(new AssociateSecurityGroupVpcCommand({ GroupId, VpcId: aside }));
  assert.equal((await refusal(asNia(taken))).code, 'UnauthorizedOperation');
  assert.equal((await asNia(shared)).State, 'associating');
});
