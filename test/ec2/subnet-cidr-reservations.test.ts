/** Ranges of a subnet's addresses that EC2 leaves alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateNetworkInterfaceCommand,
  CreateSubnetCidrReservationCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSubnetCidrReservationCommand,
  DeleteSubnetCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetSubnetCidrReservationsCommand,
} from '@aws-sdk/client-ec2';
import { statement, userWith } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

test('a reserved range is chosen from by nobody but who names an address', async (t) => {
  const { ec2 } = await ec2World(t);
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true }),
  );
  const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [Vpc!.VpcId!] }));
  const six = vpc!.Ipv6CidrBlockAssociationSet![0]!.Ipv6CidrBlock!.replace('/56', '/64');
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: '10.0.0.0/27', Ipv6CidrBlock: six }),
  );
  const SubnetId = Subnet!.SubnetId!;
  const reserve = async (Cidr: string, more: object = {}) => {
    const input = { SubnetId, Cidr, ReservationType: 'explicit' as const, ...more };
    return (await ec2.send(new CreateSubnetCidrReservationCommand(input))).SubnetCidrReservation!;
  };
  for (const Cidr of ['10.0.1.0/28', '10.0.0.0/26', 'anything', '2001:db8::/80']) {
    assert.equal((await refusal(reserve(Cidr))).code, 'InvalidParameterValue', Cidr);
  }
  const upper = await reserve('10.0.0.16/28', {
    Description: 'for us',
    TagSpecifications: [{ ResourceType: 'subnet-cidr-reservation', Tags: [{ Key: 'a', Value: 'b' }] }],
  });
  const ipv6 = await reserve(six.replace('::/64', ':1::/80'), { ReservationType: 'prefix' });
  assert.match((await refusal(reserve('10.0.0.24/29'))).message, /overlaps with the reservation/);
  const shown = await ec2.send(new GetSubnetCidrReservationsCommand({ SubnetId }));
  assert.deepEqual([shown.SubnetIpv4CidrReservations, shown.SubnetIpv6CidrReservations], [[upper], [ipv6]]);
  assert.deepEqual(
    [upper.Cidr, upper.Description, upper.OwnerId, upper.ReservationType, upper.Tags],
    ['10.0.0.16/28', 'for us', Vpc!.OwnerId, 'explicit', [{ Key: 'a', Value: 'b' }]],
  );
  const Filters = [{ Name: 'reservationType', Values: ['prefix'] }];
  const found = await ec2.send(new GetSubnetCidrReservationsCommand({ SubnetId, Filters }));
  assert.deepEqual([found.SubnetIpv4CidrReservations, found.SubnetIpv6CidrReservations], [[], [ipv6]]);

  const create = async (more: object = {}) =>
    (await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, ...more }))).NetworkInterface!
      .PrivateIpAddress!;
  const last = (ip: string) => Number(ip.split('.')[3]);
  // Of 32 addresses AWS keeps five, and twelve are left below the range.
  for (let taken = 0; taken < 12; taken++) assert.ok(last(await create()) < 16);
  assert.equal((await refusal(create())).code, 'InsufficientFreeAddressesInSubnet');
  assert.equal(await create({ PrivateIpAddress: '10.0.0.20' }), '10.0.0.20');
  const { SubnetCidrReservationId } = upper;
  const drop = () => ec2.send(new DeleteSubnetCidrReservationCommand({ SubnetCidrReservationId }));
  assert.deepEqual((await drop()).DeletedSubnetCidrReservation, upper);
  assert.equal((await refusal(drop())).code, 'InvalidSubnetCidrReservationID.NotFound');
  assert.ok(last(await create()) >= 16);
});

test('who reserves must be allowed on the subnet, and a reservation goes with it', async (t) => {
  const { ec2, server } = await ec2World(t);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const subnet = async (CidrBlock: string) =>
    (await ec2.send(new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock }))).Subnet!;
  const [mine, other] = [await subnet('10.0.0.0/24'), await subnet('10.0.1.0/24')];
  const nia = await userWith(
    server,
    'nia',
    statement('ec2:CreateSubnetCidrReservation', { Resource: mine.SubnetArn }),
    statement('ec2:GetSubnetCidrReservations'),
  );
  const client = server.client(EC2Client, nia);
  const reserve = (SubnetId: string | undefined, Cidr: string) =>
    client.send(new CreateSubnetCidrReservationCommand({ SubnetId, Cidr, ReservationType: 'prefix' }));
  assert.equal((await refusal(reserve(other.SubnetId, '10.0.1.0/28'))).code, 'UnauthorizedOperation');
  const { SubnetCidrReservation: made } = await reserve(mine.SubnetId, '10.0.0.0/28');
  const { SubnetCidrReservationId } = made!;
  const drop = client.send(new DeleteSubnetCidrReservationCommand({ SubnetCidrReservationId }));
  assert.equal((await refusal(drop)).code, 'UnauthorizedOperation');
  await ec2.send(new DeleteSubnetCommand({ SubnetId: mine.SubnetId }));
  const again = ec2.send(new DeleteSubnetCidrReservationCommand({ SubnetCidrReservationId }));
  assert.equal((await refusal(again)).code, 'InvalidSubnetCidrReservationID.NotFound');
  const gone = client.send(new GetSubnetCidrReservationsCommand({ SubnetId: mine.SubnetId }));
  assert.equal((await refusal(gone)).code, 'InvalidSubnetID.NotFound');
  const { Tags } = await ec2.send(new DescribeTagsCommand({}));
  assert.ok(!Tags!.some(({ ResourceId }) => ResourceId === SubnetCidrReservationId));
});
