/** The types of resources that stacks may have. */
import { validationError } from '../cloudformation.ts';
import { autoScalingGroup } from './autoscaling-group.ts';
import { lifecycleHook, scalingPolicy, scheduledAction } from './autoscaling-group-parts.ts';
import { launchConfiguration } from './autoscaling-launch-configuration.ts';
import { warmPool } from './autoscaling-warm-pool.ts';
import { cdkMetadata } from './cdk-metadata.ts';
import { nestedStack } from './cloudformation-stack.ts';
import { waitCondition, waitConditionHandle } from './cloudformation-wait-condition.ts';
import { alarm, compositeAlarm } from './cloudwatch-alarm.ts';
import { dashboard } from './cloudwatch-dashboard.ts';
import { capacityReservation } from './ec2-capacity-reservation.ts';
import { subnetCidrBlock, vpcCidrBlock } from './ec2-cidr-block.ts';
import { dhcpOptions, vpcDhcpOptionsAssociation } from './ec2-dhcp-options.ts';
import { egressOnlyInternetGateway } from './ec2-egress-only-internet-gateway.ts';
import { eip, eipAssociation } from './ec2-eip.ts';
import { ec2Fleet } from './ec2-fleet.ts';
import { flowLog } from './ec2-flow-log.ts';
import { instance } from './ec2-instance.ts';
import { instanceConnectEndpoint } from './ec2-instance-connect-endpoint.ts';
import { internetGateway } from './ec2-internet-gateway.ts';
import { keyPair } from './ec2-key-pair.ts';
import { launchTemplate } from './ec2-launch-template.ts';
import { natGateway } from './ec2-nat-gateway.ts';
import { networkAcl, networkAclEntry, subnetNetworkAclAssociation } from './ec2-network-acl.ts';
import { networkInterface, networkInterfaceAttachment } from './ec2-network-interface.ts';
import { placementGroup } from './ec2-placement-group.ts';
import { prefixList } from './ec2-prefix-list.ts';
import {
  gatewayRouteTableAssociation,
  route,
  routeTable,
  subnetRouteTableAssociation,
} from './ec2-route-table.ts';
import { securityGroup } from './ec2-security-group.ts';
import { securityGroupEgress, securityGroupIngress } from './ec2-security-group-rule.ts';
import { securityGroupVpcAssociation } from './ec2-security-group-vpc-association.ts';
import { snapshotBlockPublicAccess } from './ec2-snapshot-block-public-access.ts';
import { spotFleet } from './ec2-spot-fleet.ts';
import { subnet } from './ec2-subnet.ts';
import { subnetCidrReservation } from './ec2-subnet-cidr-reservation.ts';
import { volume } from './ec2-volume.ts';
import { volumeAttachment } from './ec2-volume-attachment.ts';
import { vpc } from './ec2-vpc.ts';
import { vpcBlockPublicAccessExclusion, vpcBlockPublicAccessOptions } from './ec2-vpc-block-public-access.ts';
import { vpcEndpoint } from './ec2-vpc-endpoint.ts';
import { vpcEndpointService, vpcEndpointServicePermissions } from './ec2-vpc-endpoint-service.ts';
import { vpcGatewayAttachment } from './ec2-vpc-gateway-attachment.ts';
import { vpcPeeringConnection } from './ec2-vpc-peering-connection.ts';
import { vpnConnection, vpnConnectionRoute } from './ec2-vpn-connection.ts';
import { customerGateway, vpnGateway, vpnGatewayRoutePropagation } from './ec2-vpn-gateway.ts';
import { apiDestination, connection } from './events-api-destination.ts';
import { archive, eventBus, eventBusPolicy } from './events-event-bus.ts';
import { rule } from './events-rule.ts';
import { accessKey } from './iam-access-key.ts';
import { group } from './iam-group.ts';
import { groupPolicy, rolePolicy, userPolicy } from './iam-inline-policy.ts';
import { instanceProfile } from './iam-instance-profile.ts';
import { oidcProvider } from './iam-oidc-provider.ts';
import { managedPolicy, policy } from './iam-policy.ts';
import { role } from './iam-role.ts';
import { samlProvider } from './iam-saml-provider.ts';
import { serverCertificate } from './iam-server-certificate.ts';
import { serviceLinkedRole } from './iam-service-linked-role.ts';
import { user } from './iam-user.ts';
import { userToGroupAddition } from './iam-user-to-group-addition.ts';
import { alias } from './kms-alias.ts';
import { key } from './kms-key.ts';
import { replicaKey } from './kms-replica-key.ts';
import { logAccountPolicy } from './logs-account-policy.ts';
import { logAnomalyDetector } from './logs-anomaly-detector.ts';
import { logGroup } from './logs-log-group.ts';
import { logStream } from './logs-log-stream.ts';
import { metricFilter } from './logs-metric-filter.ts';
import { queryDefinition } from './logs-query-definition.ts';
import { logResourcePolicy } from './logs-resource-policy.ts';
import {
  organization,
  organizationalUnit,
  organizationPolicy,
  organizationResourcePolicy,
} from './organizations.ts';
import type { ResourceType } from './resource-type.ts';
import { ssmParameter } from './ssm-parameter.ts';

export const TYPES: readonly ResourceType[] = [
  apiDestination,
  connection,
  accessKey,
  alarm,
  alias,
  archive,
  autoScalingGroup,
  capacityReservation,
  cdkMetadata,
  compositeAlarm,
  customerGateway,
  dashboard,
  dhcpOptions,
  ec2Fleet,
  spotFleet,
  egressOnlyInternetGateway,
  eip,
  eipAssociation,
  eventBus,
  eventBusPolicy,
  flowLog,
  gatewayRouteTableAssociation,
  group,
  groupPolicy,
  instance,
  instanceProfile,
  internetGateway,
  key,
  keyPair,
  launchConfiguration,
  launchTemplate,
  lifecycleHook,
  logGroup,
  logResourcePolicy,
  logStream,
  metricFilter,
  managedPolicy,
  natGateway,
  nestedStack,
  instanceConnectEndpoint,
  logAccountPolicy,
  logAnomalyDetector,
  networkAcl,
  networkAclEntry,
  networkInterface,
  networkInterfaceAttachment,
  oidcProvider,
  organization,
  organizationalUnit,
  organizationPolicy,
  organizationResourcePolicy,
  placementGroup,
  policy,
  prefixList,
  queryDefinition,
  replicaKey,
  role,
  rolePolicy,
  route,
  routeTable,
  rule,
  serverCertificate,
  samlProvider,
  scalingPolicy,
  scheduledAction,
  securityGroup,
  securityGroupEgress,
  securityGroupIngress,
  securityGroupVpcAssociation,
  serviceLinkedRole,
  snapshotBlockPublicAccess,
  ssmParameter,
  subnet,
  subnetCidrBlock,
  subnetCidrReservation,
  subnetNetworkAclAssociation,
  subnetRouteTableAssociation,
  user,
  userPolicy,
  userToGroupAddition,
  volume,
  volumeAttachment,
  vpc,
  vpcBlockPublicAccessExclusion,
  vpcBlockPublicAccessOptions,
  vpcCidrBlock,
  vpcDhcpOptionsAssociation,
  vpcEndpoint,
  vpcEndpointService,
  vpcEndpointServicePermissions,
  waitCondition,
  waitConditionHandle,
  warmPool,
  vpcGatewayAttachment,
  vpcPeeringConnection,
  vpnConnection,
  vpnConnectionRoute,
  vpnGateway,
  vpnGatewayRoutePropagation,
];

const byName: ReadonlyMap<string, ResourceType> = new Map(TYPES.map((type) => [type.name, type]));

export const findResourceType = (name: string): ResourceType | undefined => byName.get(name);

export function requireResourceType(name: string): ResourceType {
  const type = byName.get(name);
  if (!type) throw validationError(`Template format error: Unrecognized resource types: [${name}]`);
  return type;
}
