/** Everything that can be tagged. Each `ResourceType` has its kind here: one that is missing does not compile. */
import { AwsError } from '../../../aws/aws-error.ts';
import { capacityReservationKind } from '../capacity-reservation/capacity-reservation.ts';
import { fleetKind } from '../fleet/fleet.ts';
import { imageKind } from '../image/image.ts';
import { instanceKind } from '../instance/instance.ts';
import { keyPairKind } from '../key-pair/key-pair.ts';
import { launchTemplateKind } from '../launch-template/launch-template.ts';
import { exclusionKind } from '../network/block-public-access/block-public-access.ts';
import { customerGatewayKind } from '../network/customer-gateway/customer-gateway.ts';
import { dhcpOptionsKind } from '../network/dhcp-options/dhcp-options.ts';
import { egressOnlyGatewayKind } from '../network/egress-only-gateway/egress-only-gateway.ts';
import { elasticAddressKind } from '../network/elastic-address/elastic-address.ts';
import { flowLogKind } from '../network/flow-log/flow-log.ts';
import { instanceConnectEndpointKind } from '../network/instance-connect-endpoint/instance-connect-endpoint.ts';
import { internetGatewayKind } from '../network/internet-gateway/internet-gateway.ts';
import { natGatewayKind } from '../network/nat-gateway/nat-gateway.ts';
import { networkAclKind } from '../network/network-acl/network-acl.ts';
import { networkInterfaceKind } from '../network/network-interface/network-interface.ts';
import { prefixListKind } from '../network/prefix-list/prefix-list.ts';
import { routeTableKind } from '../network/route-table/route-table.ts';
import { securityGroupKind } from '../network/security-group/security-group.ts';
import { securityGroupRuleKind } from '../network/security-group/security-group-rule.ts';
import { subnetKind } from '../network/subnet/subnet.ts';
import { subnetCidrReservationKind } from '../network/subnet-cidr-reservation/subnet-cidr-reservation.ts';
import { vpcKind } from '../network/vpc/vpc.ts';
import { vpcEndpointKind } from '../network/vpc-endpoint/vpc-endpoint.ts';
import { vpcEndpointServiceKind } from '../network/vpc-endpoint-service/vpc-endpoint-service.ts';
import { vpcPeeringKind } from '../network/vpc-peering/vpc-peering.ts';
import { vpnConnectionKind } from '../network/vpn-connection/vpn-connection.ts';
import { vpnGatewayKind } from '../network/vpn-gateway/vpn-gateway.ts';
import { placementGroupKind } from '../placement-group/placement-group.ts';
import type { ResourceKind, ResourceRecord } from '../resource/kind.ts';
import type { ResourceType } from '../resource/resource-type.ts';
import { rootVolumeTaskKind } from '../root-volume/replace-root-volume-task.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import { spotRequestKind } from '../spot/spot-request.ts';
import { spotFleetKind } from '../spot-fleet/spot-fleet.ts';
import { volumeKind } from '../volume/volume.ts';

// biome-ignore lint/suspicious/noExplicitAny: each kind knows its own record
const KINDS: Readonly<Record<ResourceType, ResourceKind<any>>> = {
  'capacity-reservation': capacityReservationKind,
  'customer-gateway': customerGatewayKind,
  'dhcp-options': dhcpOptionsKind,
  'egress-only-internet-gateway': egressOnlyGatewayKind,
  'elastic-ip': elasticAddressKind,
  fleet: fleetKind,
  image: imageKind,
  instance: instanceKind,
  'instance-connect-endpoint': instanceConnectEndpointKind,
  'internet-gateway': internetGatewayKind,
  'key-pair': keyPairKind,
  'launch-template': launchTemplateKind,
  natgateway: natGatewayKind,
  'network-acl': networkAclKind,
  'network-interface': networkInterfaceKind,
  'placement-group': placementGroupKind,
  'prefix-list': prefixListKind,
  'replace-root-volume-task': rootVolumeTaskKind,
  'route-table': routeTableKind,
  'security-group': securityGroupKind,
  'security-group-rule': securityGroupRuleKind,
  snapshot: snapshotKind,
  'spot-fleet-request': spotFleetKind,
  'spot-instances-request': spotRequestKind,
  subnet: subnetKind,
  'subnet-cidr-reservation': subnetCidrReservationKind,
  volume: volumeKind,
  vpc: vpcKind,
  'vpc-block-public-access-exclusion': exclusionKind,
  'vpc-endpoint': vpcEndpointKind,
  'vpc-endpoint-service': vpcEndpointServiceKind,
  'vpc-flow-log': flowLogKind,
  'vpc-peering-connection': vpcPeeringKind,
  'vpn-connection': vpnConnectionKind,
  'vpn-gateway': vpnGatewayKind,
};

export const TAGGABLE = Object.values(KINDS);

const byPrefix = new Map(TAGGABLE.map((kind) => [kind.prefix, kind]));

/** The kind that an id belongs to. Throws `InvalidID`. */
export function kindOfId(id: string): ResourceKind<ResourceRecord> {
  const kind = byPrefix.get(id.slice(0, id.lastIndexOf('-'))) ?? byPrefix.get(id.slice(0, id.indexOf('-')));
  if (!kind) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
  return kind as ResourceKind<ResourceRecord>;
}
