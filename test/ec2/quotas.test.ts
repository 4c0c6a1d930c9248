/** What there may be as many of as AWS's quotas say, and not one more. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as sdk from '@aws-sdk/client-ec2';
import { OTHER_ACCOUNT } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let ec2: sdk.EC2Client;
before(async () => {
  server = await startServerFor(undefined);
  ec2 = server.client(sdk.EC2Client);
});
after(() => server.close());

const newCustomerGateway = (n: number) =>
  ec2.send(
    new sdk.CreateCustomerGatewayCommand({ Type: 'ipsec.1', IpAddress: `198.51.100.${n}`, BgpAsn: 65_001 }),
  );
const vpcId = async () => (await ec2.send(new sdk.DescribeVpcsCommand({}))).Vpcs![0]!.VpcId!;

/** `prepare` gives what makes the nth, from 1. */
const QUOTAS: readonly {
  readonly what: string;
  readonly most: number;
  readonly code: string;
  prepare(): Promise<(n: number) => Promise<unknown>>;
}[] = [
  {
    what: 'customer gateways of an account in a Region',
    most: 50,
    code: 'CustomerGatewayLimitExceeded',
    prepare: async () => newCustomerGateway,
  },
  {
    what: 'VPN connections of a gateway',
    most: 10,
    code: 'VpnConnectionLimitExceeded',
    async prepare() {
      const { VpnGateway } = await ec2.send(new sdk.CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
      return async (n) => {
        // Those that the quota before has made: asked for again they are the same.
        const { CustomerGateway } = await newCustomerGateway(n);
        const { CustomerGatewayId } = CustomerGateway!;
        const { VpnGatewayId } = VpnGateway!;
        return ec2.send(
          new sdk.CreateVpnConnectionCommand({ Type: 'ipsec.1', CustomerGatewayId, VpnGatewayId }),
        );
      };
    },
  },
  ...(['Ingress', 'Egress'] as const).map((direction) => ({
    what: `rules of a security group: ${direction}`,
    // A new group lets everything out.
    most: direction === 'Ingress' ? 60 : 59,
    code: 'RulesPerSecurityGroupLimitExceeded',
    async prepare() {
      const group = { GroupName: direction, Description: 'x', VpcId: await vpcId() };
      const { GroupId } = await ec2.send(new sdk.CreateSecurityGroupCommand(group));
      return (n: number) => {
        const rule = { IpProtocol: 'tcp', FromPort: n, ToPort: n, IpRanges: [{ CidrIp: '10.0.0.0/8' }] };
        const input = { GroupId, IpPermissions: [rule] };
        return direction === 'Ingress'
          ? ec2.send(new sdk.AuthorizeSecurityGroupIngressCommand(input))
          : ec2.send(new sdk.AuthorizeSecurityGroupEgressCommand(input));
      };
    },
  })),
  {
    what: 'requests of a VPC for peering that nobody has answered',
    most: 25,
    code: 'OutstandingVpcPeeringConnectionLimitExceeded',
    async prepare() {
      const VpcId = await vpcId();
      const other = server.client(sdk.EC2Client, await server.root(OTHER_ACCOUNT));
      return async (n) => {
        const { Vpc } = await other.send(new sdk.CreateVpcCommand({ CidrBlock: `10.${n}.0.0/16` }));
        const peer = { PeerOwnerId: OTHER_ACCOUNT, PeerVpcId: Vpc!.VpcId! };
        return ec2.send(new sdk.CreateVpcPeeringConnectionCommand({ VpcId, ...peer }));
      };
    },
  },
];

for (const { what, most, code, prepare } of QUOTAS) {
  test(`${most} ${what}, and no more`, async () => {
    const make = await prepare();
    for (let n = 1; n <= most; n++) await make(n);
    assert.equal((await refusal(make(most + 1))).code, code);
  });
}

test('200 values of a filter, and no more', async () => {
  const describe = (count: number) =>
    ec2.send(
      new sdk.DescribeVolumesCommand({
        Filters: [{ Name: 'size', Values: Array.from({ length: count }, (_, n) => `${n}`) }],
      }),
    );
  assert.deepEqual((await describe(200)).Volumes, []);
  assert.equal((await refusal(describe(201))).code, 'FilterLimitExceeded');
});
