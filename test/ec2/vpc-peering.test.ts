/** VPC peering connections, of two accounts: asked for, accepted or not, routed over, ended and forgotten. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as cli from '@aws-sdk/client-ec2';
import { ACCOUNT, DAY_MS, HOUR_MS, OTHER_ACCOUNT } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let mine: cli.EC2Client;
let theirs: cli.EC2Client;
before(async () => {
  server = await startServerFor(undefined, { delays: 0 });
  mine = server.client(cli.EC2Client);
  theirs = server.client(cli.EC2Client, await server.root(OTHER_ACCOUNT));
});
after(() => server.close());

const newVpc = async (ec2: cli.EC2Client, CidrBlock: string) =>
  (await ec2.send(new cli.CreateVpcCommand({ CidrBlock }))).Vpc!.VpcId!;
async function ask(VpcId: string, PeerVpcId: string, PeerOwnerId?: string): Promise<string> {
  const { VpcPeeringConnection: made } = await mine.send(
    new cli.CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId, PeerOwnerId }),
  );
  assert.equal(made!.Status!.Code, 'initiating-request');
  return made!.VpcPeeringConnectionId!;
}
const all = async (ec2: cli.EC2Client, id: string) => {
  const Filters = [{ Name: 'vpc-peering-connection-id', Values: [id] }];
  const found = await ec2.send(new cli.DescribeVpcPeeringConnectionsCommand({ Filters }));
  return found.VpcPeeringConnections!;
};
const statusOf = async (ec2: cli.EC2Client, id: string) => (await all(ec2, id))[0]?.Status;
const named = (id: string) => ({ VpcPeeringConnectionId: id });
const accept = (ec2: cli.EC2Client, id: string) =>
  ec2.send(new cli.AcceptVpcPeeringConnectionCommand(named(id)));

test('two accounts peer: the other accepts, both route, either ends it', async () => {
  const [VpcId, PeerVpcId] = [await newVpc(mine, '10.0.0.0/16'), await newVpc(theirs, '10.1.0.0/16')];
  const id = await ask(VpcId, PeerVpcId, OTHER_ACCOUNT);
  for (const side of [mine, theirs]) {
    assert.deepEqual(await statusOf(side, id), {
      Code: 'pending-acceptance',
      Message: `Pending Acceptance by ${OTHER_ACCOUNT}`,
    });
  }
  const [{ AccepterVpcInfo: before } = {}] = await all(mine, id);
  assert.equal(before!.CidrBlock, undefined, 'its addresses are its own until it accepts');
  const asked = refusal(ask(VpcId, PeerVpcId, OTHER_ACCOUNT));
  assert.equal((await asked).code, 'VpcPeeringConnectionAlreadyExists');
  const route = {
    RouteTableId: (await mine.send(new cli.CreateRouteTableCommand({ VpcId }))).RouteTable!.RouteTableId,
    DestinationCidrBlock: '10.1.0.0/16',
    VpcPeeringConnectionId: id,
  };
  await mine.send(new cli.CreateRouteCommand(route));
  const stateOfRoute = async () => {
    const Filters = [{ Name: 'route.vpc-peering-connection-id', Values: [id] }];
    const { RouteTables } = await mine.send(new cli.DescribeRouteTablesCommand({ Filters }));
    return RouteTables![0]!.Routes!.at(-1)!.State;
  };
  assert.equal(await stateOfRoute(), 'blackhole');
  assert.equal((await refusal(accept(mine, id))).code, 'OperationNotPermitted');
  const early = theirs.send(new cli.DeleteVpcPeeringConnectionCommand(named(id)));
  assert.equal((await refusal(early)).code, 'OperationNotPermitted');
  const { VpcPeeringConnection: accepted } = await accept(theirs, id);
  assert.equal(accepted!.Status!.Code, 'provisioning');
  assert.deepEqual(await statusOf(mine, id), { Code: 'active', Message: 'Active' });
  assert.equal(await stateOfRoute(), 'active');
  const [{ AccepterVpcInfo: peer } = {}] = await all(mine, id);
  assert.deepEqual([peer!.OwnerId, peer!.CidrBlock], [OTHER_ACCOUNT, '10.1.0.0/16']);
  assert.equal((await refusal(accept(theirs, id))).code, 'InvalidStateTransition');

  const options = (ec2: cli.EC2Client, side: 'Accepter' | 'Requester') =>
    ec2.send(
      new cli.ModifyVpcPeeringConnectionOptionsCommand({
        ...named(id),
        [`${side}PeeringConnectionOptions`]: { AllowDnsResolutionFromRemoteVpc: true },
      }),
    );
  assert.equal((await refusal(options(mine, 'Accepter'))).code, 'OperationNotPermitted');
  const noNames = await refusal(options(mine, 'Requester'));
  assert.equal(noNames.code, 'InvalidVpcPeeringConnectionState.DnsHostnamesDisabled');
  await mine.send(new cli.ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  await options(mine, 'Requester');
  const [{ RequesterVpcInfo: requester } = {}] = await all(theirs, id);
  assert.equal(requester!.PeeringOptions!.AllowDnsResolutionFromRemoteVpc, true);

  const blocksSeen = async () => {
    const [{ RequesterVpcInfo: side } = {}] = await all(theirs, id);
    assert.equal(side!.PeeringOptions!.AllowDnsResolutionFromRemoteVpc, true);
    return side!.CidrBlockSet!.map(({ CidrBlock }) => CidrBlock);
  };
  const { CidrBlockAssociation: further } = await mine.send(
    new cli.AssociateVpcCidrBlockCommand({ VpcId, CidrBlock: '10.2.0.0/16' }),
  );
  assert.deepEqual(await blocksSeen(), ['10.0.0.0/16', '10.2.0.0/16']);
  const AssociationId = further!.AssociationId!;
  await mine.send(new cli.DisassociateVpcCidrBlockCommand({ AssociationId }));
  assert.deepEqual(await blocksSeen(), ['10.0.0.0/16']);

  const groupOf = async (ec2: cli.EC2Client, vpc: string) =>
    (await ec2.send(new cli.CreateSecurityGroupCommand({ GroupName: 'peer', Description: 'x', VpcId: vpc })))
      .GroupId!;
  const [GroupId, other] = [await groupOf(mine, VpcId), await groupOf(theirs, PeerVpcId)];
  const UserIdGroupPairs = [{ GroupId: other, UserId: OTHER_ACCOUNT }];
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, UserIdGroupPairs }];
  const admit = () => mine.send(new cli.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  const { SecurityGroupRules: [rule] = [] } = await admit();
  assert.deepEqual(rule!.ReferencedGroupInfo, {
    GroupId: other,
    UserId: OTHER_ACCOUNT,
    PeeringStatus: 'active',
    VpcId: PeerVpcId,
    VpcPeeringConnectionId: id,
  });
  await mine.send(new cli.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

  await theirs.send(new cli.DeleteVpcPeeringConnectionCommand(named(id)));
  assert.deepEqual(await statusOf(mine, id), { Code: 'deleted', Message: `Deleted by ${OTHER_ACCOUNT}` });
  assert.equal(await stateOfRoute(), 'blackhole');
  assert.equal((await refusal(admit())).code, 'InvalidGroup.NotFound');
  await server.advance(2 * HOUR_MS);
  assert.deepEqual([(await all(theirs, id)).length, (await all(mine, id)).length], [0, 1]);
  await server.advance(2 * DAY_MS);
  assert.deepEqual(await all(mine, id), []);
});

test('what is not accepted is rejected, expires, or has failed from the beginning', async () => {
  const own = await newVpc(mine, '10.8.0.0/16');
  const near = await newVpc(mine, '10.9.0.0/16');
  const same = await newVpc(theirs, '10.8.0.0/16');
  const failed = await ask(own, same, OTHER_ACCOUNT);
  const failure = await statusOf(mine, failed);
  assert.deepEqual(
    [failure!.Code, failure!.Message],
    ['failed', 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range'],
  );
  assert.deepEqual(await all(theirs, failed), []);
  assert.equal((await refusal(accept(mine, failed))).code, 'InvalidStateTransition');
  const nowhere = 'vpc-0123456789abcdef0';
  assert.equal((await refusal(ask(own, nowhere))).code, 'InvalidVpcID.NotFound');
  assert.equal((await refusal(ask(own, 'nonsense'))).code, 'InvalidVpcID.Malformed');

  const rejected = await ask(own, near);
  await mine.send(new cli.RejectVpcPeeringConnectionCommand(named(rejected)));
  assert.equal((await statusOf(mine, rejected))!.Message, `Rejected by ${ACCOUNT}`);
  const forgotten = await ask(own, near);
  await server.advance(7 * DAY_MS);
  assert.equal((await statusOf(mine, forgotten))!.Code, 'expired');

  const active = await ask(own, near);
  await accept(mine, active);
  await mine.send(new cli.DeleteVpcCommand({ VpcId: near }));
  assert.equal((await statusOf(mine, active))!.Code, 'deleted', 'it ends with a VPC of it');
  const unknown = await refusal(accept(mine, 'pcx-0123456789abcdef0'));
  assert.equal(unknown.code, 'InvalidVpcPeeringConnectionID.NotFound');
});

test('a request fails once its accepter has addresses of the requester', async () => {
  const [VpcId, PeerVpcId] = [await newVpc(mine, '10.5.0.0/16'), await newVpc(theirs, '10.6.0.0/16')];
  const id = await ask(VpcId, PeerVpcId, OTHER_ACCOUNT);
  const grow = (CidrBlock: string) =>
    theirs.send(new cli.AssociateVpcCidrBlockCommand({ VpcId: PeerVpcId, CidrBlock }));
  await grow('10.7.0.0/16');
  assert.equal((await statusOf(mine, id))!.Code, 'pending-acceptance');
  await grow('10.5.128.0/17');
  for (const side of [mine, theirs]) {
    assert.deepEqual(await statusOf(side, id), {
      Code: 'failed',
      Message: 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range',
    });
  }
  assert.equal((await refusal(accept(theirs, id))).code, 'InvalidStateTransition');
  await server.advance(2 * HOUR_MS);
  assert.deepEqual(await all(mine, id), []);
  assert.equal((await statusOf(theirs, id))!.Code, 'failed');
  await server.advance(2 * DAY_MS);
  assert.deepEqual(await all(theirs, id), []);
});
