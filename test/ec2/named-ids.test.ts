/** What names a resource of each kind: an id of another form is refused as malformed, one that nothing has as not found. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as sdk from '@aws-sdk/client-ec2';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let ec2: sdk.EC2Client;
before(async () => {
  server = await startServerFor(undefined);
  ec2 = server.client(sdk.EC2Client);
});
after(() => server.close());

/** By the prefix of ids: what describes one, the code, and that of what is not found where it is another. */
const KINDS: readonly (readonly [
  prefix: string,
  describe: (id: string) => object,
  code: string,
  otherwise?: string,
])[] = [
  [
    'cr',
    (id) => new sdk.DescribeCapacityReservationsCommand({ CapacityReservationIds: [id] }),
    'InvalidCapacityReservationId',
  ],
  [
    'dopt',
    (id) => new sdk.DescribeDhcpOptionsCommand({ DhcpOptionsIds: [id] }),
    'InvalidDhcpOptionsId',
    'InvalidDhcpOptionID.NotFound',
  ],
  ['fl', (id) => new sdk.DescribeFlowLogsCommand({ FlowLogIds: [id] }), 'InvalidFlowLogId'],
  [
    'eice',
    (id) => new sdk.DescribeInstanceConnectEndpointsCommand({ InstanceConnectEndpointIds: [id] }),
    'InvalidInstanceConnectEndpointId',
  ],
  [
    'igw',
    (id) => new sdk.DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] }),
    'InvalidInternetGatewayId',
    'InvalidInternetGatewayID.NotFound',
  ],
  [
    'eigw',
    (id) => new sdk.DescribeEgressOnlyInternetGatewaysCommand({ EgressOnlyInternetGatewayIds: [id] }),
    'InvalidEgressOnlyInternetGatewayId',
  ],
  [
    'acl',
    (id) => new sdk.DescribeNetworkAclsCommand({ NetworkAclIds: [id] }),
    'InvalidNetworkAclId',
    'InvalidNetworkAclID.NotFound',
  ],
  [
    'eni',
    (id) => new sdk.DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }),
    'InvalidNetworkInterfaceId',
    'InvalidNetworkInterfaceID.NotFound',
  ],
  [
    'pg',
    (id) => new sdk.DescribePlacementGroupsCommand({ GroupIds: [id] }),
    'InvalidPlacementGroupId',
    'InvalidPlacementGroupId.Unknown',
  ],
  [
    'pl',
    (id) => new sdk.DescribeManagedPrefixListsCommand({ PrefixListIds: [id] }),
    'InvalidPrefixListId',
    'InvalidPrefixListID.NotFound',
  ],
  [
    'rtb',
    (id) => new sdk.DescribeRouteTablesCommand({ RouteTableIds: [id] }),
    'InvalidRouteTableId',
    'InvalidRouteTableID.NotFound',
  ],
  [
    'sgr',
    (id) => new sdk.DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] }),
    'InvalidSecurityGroupRuleId',
  ],
  [
    'sir',
    (id) => new sdk.DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id] }),
    'InvalidSpotInstanceRequestID',
  ],
  ['subnet', (id) => new sdk.DescribeSubnetsCommand({ SubnetIds: [id] }), 'InvalidSubnetID'],
  ['vpce', (id) => new sdk.DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }), 'InvalidVpcEndpointId'],
  [
    'vpce-svc',
    (id) => new sdk.DescribeVpcEndpointServiceConfigurationsCommand({ ServiceIds: [id] }),
    'InvalidVpcEndpointServiceId',
  ],
  [
    'pcx',
    (id) => new sdk.DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [id] }),
    'InvalidVpcPeeringConnectionId',
    'InvalidVpcPeeringConnectionID.NotFound',
  ],
  [
    'replacevol',
    (id) => new sdk.DescribeReplaceRootVolumeTasksCommand({ ReplaceRootVolumeTaskIds: [id] }),
    'InvalidReplaceRootVolumeTaskId',
    'InvalidReplaceRootVolumeTaskID.NotFound',
  ],
  [
    'vpcbpa-exclude',
    (id) => new sdk.DescribeVpcBlockPublicAccessExclusionsCommand({ ExclusionIds: [id] }),
    'InvalidVpcBlockPublicAccessExclusionId',
  ],
];

const codeOf = async (command: object) =>
  (await refusal(ec2.send(command as sdk.DescribeSubnetsCommand))).code;

for (const [prefix, describe, code, notFound = `${code}.NotFound`] of KINDS) {
  test(`${prefix}-…`, async () => {
    for (const malformed of [`${prefix}-xyz`, 'vol-0123456789abcdef0', `${prefix}0123456789abcdef0`])
      assert.equal(await codeOf(describe(malformed)), `${code}.Malformed`, malformed);
    assert.equal(await codeOf(describe(`${prefix}-0123456789abcdef0`)), notFound);
  });
}
