// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import DisableImageBlockPublicAccess from './account-setting/DisableImageBlockPublicAccess.ts';
import DisableSerialConsoleAccess from './account-setting/DisableSerialConsoleAccess.ts';
import EnableImageBlockPublicAccess from './account-setting/EnableImageBlockPublicAccess.ts';
import EnableSerialConsoleAccess from './account-setting/EnableSerialConsoleAccess.ts';
import GetAllowedImagesSettings from './account-setting/GetAllowedImagesSettings.ts';
import GetImageBlockPublicAccessState from './account-setting/GetImageBlockPublicAccessState.ts';
import GetInstanceMetadataDefaults from './account-setting/GetInstanceMetadataDefaults.ts';
import GetSerialConsoleAccessStatus from './account-setting/GetSerialConsoleAccessStatus.ts';
import ModifyInstanceMetadataDefaults from './account-setting/ModifyInstanceMetadataDefaults.ts';
import CancelCapacityReservation from './capacity-reservation/CancelCapacityReservation.ts';
import CreateCapacityReservation from './capacity-reservation/CreateCapacityReservation.ts';
import DescribeCapacityReservations from './capacity-reservation/DescribeCapacityReservations.ts';
import GetCapacityReservationUsage from './capacity-reservation/GetCapacityReservationUsage.ts';
import ModifyCapacityReservation from './capacity-reservation/ModifyCapacityReservation.ts';
import ModifyInstanceCapacityReservationAttributes from './capacity-reservation/ModifyInstanceCapacityReservationAttributes.ts';
import GetConsoleOutput from './console/GetConsoleOutput.ts';
import GetPasswordData from './console/GetPasswordData.ts';
import DisableEbsEncryptionByDefault from './encryption/DisableEbsEncryptionByDefault.ts';
import EnableEbsEncryptionByDefault from './encryption/EnableEbsEncryptionByDefault.ts';
import GetEbsDefaultKmsKeyId from './encryption/GetEbsDefaultKmsKeyId.ts';
import GetEbsEncryptionByDefault from './encryption/GetEbsEncryptionByDefault.ts';
import ModifyEbsDefaultKmsKeyId from './encryption/ModifyEbsDefaultKmsKeyId.ts';
import ResetEbsDefaultKmsKeyId from './encryption/ResetEbsDefaultKmsKeyId.ts';
import DescribeFastSnapshotRestores from './fast-restore/DescribeFastSnapshotRestores.ts';
import DisableFastSnapshotRestores from './fast-restore/DisableFastSnapshotRestores.ts';
import EnableFastSnapshotRestores from './fast-restore/EnableFastSnapshotRestores.ts';
import CreateFleet from './fleet/CreateFleet.ts';
import DeleteFleets from './fleet/DeleteFleets.ts';
import DescribeFleetHistory from './fleet/DescribeFleetHistory.ts';
import DescribeFleetInstances from './fleet/DescribeFleetInstances.ts';
import DescribeFleets from './fleet/DescribeFleets.ts';
import ModifyFleet from './fleet/ModifyFleet.ts';
import CancelImageLaunchPermission from './image/CancelImageLaunchPermission.ts';
import CopyImage from './image/CopyImage.ts';
import CreateImage from './image/CreateImage.ts';
import DeregisterImage from './image/DeregisterImage.ts';
import DescribeImageAttribute from './image/DescribeImageAttribute.ts';
import DescribeImages from './image/DescribeImages.ts';
import DisableImage from './image/DisableImage.ts';
import DisableImageDeprecation from './image/DisableImageDeprecation.ts';
import DisableImageDeregistrationProtection from './image/DisableImageDeregistrationProtection.ts';
import EnableImage from './image/EnableImage.ts';
import EnableImageDeprecation from './image/EnableImageDeprecation.ts';
import EnableImageDeregistrationProtection from './image/EnableImageDeregistrationProtection.ts';
import ModifyImageAttribute from './image/ModifyImageAttribute.ts';
import RegisterImage from './image/RegisterImage.ts';
import ResetImageAttribute from './image/ResetImageAttribute.ts';
import AssociateIamInstanceProfile from './instance-profile/AssociateIamInstanceProfile.ts';
import DescribeIamInstanceProfileAssociations from './instance-profile/DescribeIamInstanceProfileAssociations.ts';
import DisassociateIamInstanceProfile from './instance-profile/DisassociateIamInstanceProfile.ts';
import ReplaceIamInstanceProfileAssociation from './instance-profile/ReplaceIamInstanceProfileAssociation.ts';
import DescribeInstanceCreditSpecifications from './instance-type/DescribeInstanceCreditSpecifications.ts';
import DescribeInstanceTypeOfferings from './instance-type/DescribeInstanceTypeOfferings.ts';
import DescribeInstanceTypes from './instance-type/DescribeInstanceTypes.ts';
import GetDefaultCreditSpecification from './instance-type/GetDefaultCreditSpecification.ts';
import GetInstanceTypesFromInstanceRequirements from './instance-type/GetInstanceTypesFromInstanceRequirements.ts';
import GetInstanceUefiData from './instance-type/GetInstanceUefiData.ts';
import ModifyDefaultCreditSpecification from './instance-type/ModifyDefaultCreditSpecification.ts';
import ModifyInstanceCreditSpecification from './instance-type/ModifyInstanceCreditSpecification.ts';
import DescribeInstanceAttribute from './instance/DescribeInstanceAttribute.ts';
import DescribeInstanceStatus from './instance/DescribeInstanceStatus.ts';
import DescribeInstances from './instance/DescribeInstances.ts';
import ModifyInstanceAttribute from './instance/ModifyInstanceAttribute.ts';
import ModifyInstanceMaintenanceOptions from './instance/ModifyInstanceMaintenanceOptions.ts';
import ModifyInstanceMetadataOptions from './instance/ModifyInstanceMetadataOptions.ts';
import ModifyPrivateDnsNameOptions from './instance/ModifyPrivateDnsNameOptions.ts';
import MonitorInstances from './instance/MonitorInstances.ts';
import RebootInstances from './instance/RebootInstances.ts';
import ReportInstanceStatus from './instance/ReportInstanceStatus.ts';
import ResetInstanceAttribute from './instance/ResetInstanceAttribute.ts';
import RunInstances from './instance/RunInstances.ts';
import StartInstances from './instance/StartInstances.ts';
import StopInstances from './instance/StopInstances.ts';
import TerminateInstances from './instance/TerminateInstances.ts';
import UnmonitorInstances from './instance/UnmonitorInstances.ts';
import CreateKeyPair from './key-pair/CreateKeyPair.ts';
import DeleteKeyPair from './key-pair/DeleteKeyPair.ts';
import DescribeKeyPairs from './key-pair/DescribeKeyPairs.ts';
import ImportKeyPair from './key-pair/ImportKeyPair.ts';
import CreateLaunchTemplate from './launch-template/CreateLaunchTemplate.ts';
import CreateLaunchTemplateVersion from './launch-template/CreateLaunchTemplateVersion.ts';
import DeleteLaunchTemplate from './launch-template/DeleteLaunchTemplate.ts';
import DeleteLaunchTemplateVersions from './launch-template/DeleteLaunchTemplateVersions.ts';
import DescribeLaunchTemplateVersions from './launch-template/DescribeLaunchTemplateVersions.ts';
import DescribeLaunchTemplates from './launch-template/DescribeLaunchTemplates.ts';
import GetLaunchTemplateData from './launch-template/GetLaunchTemplateData.ts';
import ModifyLaunchTemplate from './launch-template/ModifyLaunchTemplate.ts';
import CreateVpcBlockPublicAccessExclusion from './network/block-public-access/CreateVpcBlockPublicAccessExclusion.ts';
import DeleteVpcBlockPublicAccessExclusion from './network/block-public-access/DeleteVpcBlockPublicAccessExclusion.ts';
import DescribeVpcBlockPublicAccessExclusions from './network/block-public-access/DescribeVpcBlockPublicAccessExclusions.ts';
import DescribeVpcBlockPublicAccessOptions from './network/block-public-access/DescribeVpcBlockPublicAccessOptions.ts';
import ModifyVpcBlockPublicAccessExclusion from './network/block-public-access/ModifyVpcBlockPublicAccessExclusion.ts';
import ModifyVpcBlockPublicAccessOptions from './network/block-public-access/ModifyVpcBlockPublicAccessOptions.ts';
import CreateCustomerGateway from './network/customer-gateway/CreateCustomerGateway.ts';
import DeleteCustomerGateway from './network/customer-gateway/DeleteCustomerGateway.ts';
import DescribeCustomerGateways from './network/customer-gateway/DescribeCustomerGateways.ts';
import AssociateDhcpOptions from './network/dhcp-options/AssociateDhcpOptions.ts';
import CreateDhcpOptions from './network/dhcp-options/CreateDhcpOptions.ts';
import DeleteDhcpOptions from './network/dhcp-options/DeleteDhcpOptions.ts';
import DescribeDhcpOptions from './network/dhcp-options/DescribeDhcpOptions.ts';
import CreateEgressOnlyInternetGateway from './network/egress-only-gateway/CreateEgressOnlyInternetGateway.ts';
import DeleteEgressOnlyInternetGateway from './network/egress-only-gateway/DeleteEgressOnlyInternetGateway.ts';
import DescribeEgressOnlyInternetGateways from './network/egress-only-gateway/DescribeEgressOnlyInternetGateways.ts';
import AllocateAddress from './network/elastic-address/AllocateAddress.ts';
import AssociateAddress from './network/elastic-address/AssociateAddress.ts';
import DescribeAddresses from './network/elastic-address/DescribeAddresses.ts';
import DescribeAddressesAttribute from './network/elastic-address/DescribeAddressesAttribute.ts';
import DisassociateAddress from './network/elastic-address/DisassociateAddress.ts';
import ReleaseAddress from './network/elastic-address/ReleaseAddress.ts';
import CreateFlowLogs from './network/flow-log/CreateFlowLogs.ts';
import DeleteFlowLogs from './network/flow-log/DeleteFlowLogs.ts';
import DescribeFlowLogs from './network/flow-log/DescribeFlowLogs.ts';
import CreateInstanceConnectEndpoint from './network/instance-connect-endpoint/CreateInstanceConnectEndpoint.ts';
import DeleteInstanceConnectEndpoint from './network/instance-connect-endpoint/DeleteInstanceConnectEndpoint.ts';
import DescribeInstanceConnectEndpoints from './network/instance-connect-endpoint/DescribeInstanceConnectEndpoints.ts';
import ModifyInstanceConnectEndpoint from './network/instance-connect-endpoint/ModifyInstanceConnectEndpoint.ts';
import AttachInternetGateway from './network/internet-gateway/AttachInternetGateway.ts';
import CreateInternetGateway from './network/internet-gateway/CreateInternetGateway.ts';
import DeleteInternetGateway from './network/internet-gateway/DeleteInternetGateway.ts';
import DescribeInternetGateways from './network/internet-gateway/DescribeInternetGateways.ts';
import DetachInternetGateway from './network/internet-gateway/DetachInternetGateway.ts';
import AssignPrivateNatGatewayAddress from './network/nat-gateway/AssignPrivateNatGatewayAddress.ts';
import AssociateNatGatewayAddress from './network/nat-gateway/AssociateNatGatewayAddress.ts';
import CreateNatGateway from './network/nat-gateway/CreateNatGateway.ts';
import DeleteNatGateway from './network/nat-gateway/DeleteNatGateway.ts';
import DescribeNatGateways from './network/nat-gateway/DescribeNatGateways.ts';
import DisassociateNatGatewayAddress from './network/nat-gateway/DisassociateNatGatewayAddress.ts';
import UnassignPrivateNatGatewayAddress from './network/nat-gateway/UnassignPrivateNatGatewayAddress.ts';
import CreateNetworkAcl from './network/network-acl/CreateNetworkAcl.ts';
import CreateNetworkAclEntry from './network/network-acl/CreateNetworkAclEntry.ts';
import DeleteNetworkAcl from './network/network-acl/DeleteNetworkAcl.ts';
import DeleteNetworkAclEntry from './network/network-acl/DeleteNetworkAclEntry.ts';
import DescribeNetworkAcls from './network/network-acl/DescribeNetworkAcls.ts';
import ReplaceNetworkAclAssociation from './network/network-acl/ReplaceNetworkAclAssociation.ts';
import ReplaceNetworkAclEntry from './network/network-acl/ReplaceNetworkAclEntry.ts';
import AssignIpv6Addresses from './network/network-interface/AssignIpv6Addresses.ts';
import AssignPrivateIpAddresses from './network/network-interface/AssignPrivateIpAddresses.ts';
import AttachNetworkInterface from './network/network-interface/AttachNetworkInterface.ts';
import CreateNetworkInterface from './network/network-interface/CreateNetworkInterface.ts';
import DeleteNetworkInterface from './network/network-interface/DeleteNetworkInterface.ts';
import DescribeNetworkInterfaceAttribute from './network/network-interface/DescribeNetworkInterfaceAttribute.ts';
import DescribeNetworkInterfaces from './network/network-interface/DescribeNetworkInterfaces.ts';
import DetachNetworkInterface from './network/network-interface/DetachNetworkInterface.ts';
import ModifyNetworkInterfaceAttribute from './network/network-interface/ModifyNetworkInterfaceAttribute.ts';
import ResetNetworkInterfaceAttribute from './network/network-interface/ResetNetworkInterfaceAttribute.ts';
import UnassignIpv6Addresses from './network/network-interface/UnassignIpv6Addresses.ts';
import UnassignPrivateIpAddresses from './network/network-interface/UnassignPrivateIpAddresses.ts';
import CreateManagedPrefixList from './network/prefix-list/CreateManagedPrefixList.ts';
import DeleteManagedPrefixList from './network/prefix-list/DeleteManagedPrefixList.ts';
import DescribeManagedPrefixLists from './network/prefix-list/DescribeManagedPrefixLists.ts';
import DescribePrefixLists from './network/prefix-list/DescribePrefixLists.ts';
import GetManagedPrefixListEntries from './network/prefix-list/GetManagedPrefixListEntries.ts';
import ModifyManagedPrefixList from './network/prefix-list/ModifyManagedPrefixList.ts';
import AssociateRouteTable from './network/route-table/AssociateRouteTable.ts';
import CreateRoute from './network/route-table/CreateRoute.ts';
import CreateRouteTable from './network/route-table/CreateRouteTable.ts';
import DeleteRoute from './network/route-table/DeleteRoute.ts';
import DeleteRouteTable from './network/route-table/DeleteRouteTable.ts';
import DescribeRouteTables from './network/route-table/DescribeRouteTables.ts';
import DisableVgwRoutePropagation from './network/route-table/DisableVgwRoutePropagation.ts';
import DisassociateRouteTable from './network/route-table/DisassociateRouteTable.ts';
import EnableVgwRoutePropagation from './network/route-table/EnableVgwRoutePropagation.ts';
import ReplaceRoute from './network/route-table/ReplaceRoute.ts';
import ReplaceRouteTableAssociation from './network/route-table/ReplaceRouteTableAssociation.ts';
import AssociateSecurityGroupVpc from './network/security-group/AssociateSecurityGroupVpc.ts';
import AuthorizeSecurityGroupEgress from './network/security-group/AuthorizeSecurityGroupEgress.ts';
import AuthorizeSecurityGroupIngress from './network/security-group/AuthorizeSecurityGroupIngress.ts';
import CreateSecurityGroup from './network/security-group/CreateSecurityGroup.ts';
import DeleteSecurityGroup from './network/security-group/DeleteSecurityGroup.ts';
import DescribeSecurityGroupRules from './network/security-group/DescribeSecurityGroupRules.ts';
import DescribeSecurityGroupVpcAssociations from './network/security-group/DescribeSecurityGroupVpcAssociations.ts';
import DescribeSecurityGroups from './network/security-group/DescribeSecurityGroups.ts';
import DisassociateSecurityGroupVpc from './network/security-group/DisassociateSecurityGroupVpc.ts';
import GetSecurityGroupsForVpc from './network/security-group/GetSecurityGroupsForVpc.ts';
import ModifySecurityGroupRules from './network/security-group/ModifySecurityGroupRules.ts';
import RevokeSecurityGroupEgress from './network/security-group/RevokeSecurityGroupEgress.ts';
import RevokeSecurityGroupIngress from './network/security-group/RevokeSecurityGroupIngress.ts';
import UpdateSecurityGroupRuleDescriptionsEgress from './network/security-group/UpdateSecurityGroupRuleDescriptionsEgress.ts';
import UpdateSecurityGroupRuleDescriptionsIngress from './network/security-group/UpdateSecurityGroupRuleDescriptionsIngress.ts';
import CreateSubnetCidrReservation from './network/subnet-cidr-reservation/CreateSubnetCidrReservation.ts';
import DeleteSubnetCidrReservation from './network/subnet-cidr-reservation/DeleteSubnetCidrReservation.ts';
import GetSubnetCidrReservations from './network/subnet-cidr-reservation/GetSubnetCidrReservations.ts';
import AssociateSubnetCidrBlock from './network/subnet/AssociateSubnetCidrBlock.ts';
import CreateDefaultSubnet from './network/subnet/CreateDefaultSubnet.ts';
import CreateSubnet from './network/subnet/CreateSubnet.ts';
import DeleteSubnet from './network/subnet/DeleteSubnet.ts';
import DescribeSubnets from './network/subnet/DescribeSubnets.ts';
import DisassociateSubnetCidrBlock from './network/subnet/DisassociateSubnetCidrBlock.ts';
import ModifySubnetAttribute from './network/subnet/ModifySubnetAttribute.ts';
import CreateVpcEndpointServiceConfiguration from './network/vpc-endpoint-service/CreateVpcEndpointServiceConfiguration.ts';
import DeleteVpcEndpointServiceConfigurations from './network/vpc-endpoint-service/DeleteVpcEndpointServiceConfigurations.ts';
import DescribeVpcEndpointServiceConfigurations from './network/vpc-endpoint-service/DescribeVpcEndpointServiceConfigurations.ts';
import DescribeVpcEndpointServicePermissions from './network/vpc-endpoint-service/DescribeVpcEndpointServicePermissions.ts';
import ModifyVpcEndpointServiceConfiguration from './network/vpc-endpoint-service/ModifyVpcEndpointServiceConfiguration.ts';
import ModifyVpcEndpointServicePayerResponsibility from './network/vpc-endpoint-service/ModifyVpcEndpointServicePayerResponsibility.ts';
import ModifyVpcEndpointServicePermissions from './network/vpc-endpoint-service/ModifyVpcEndpointServicePermissions.ts';
import CreateVpcEndpoint from './network/vpc-endpoint/CreateVpcEndpoint.ts';
import DeleteVpcEndpoints from './network/vpc-endpoint/DeleteVpcEndpoints.ts';
import DescribeVpcEndpointServices from './network/vpc-endpoint/DescribeVpcEndpointServices.ts';
import DescribeVpcEndpoints from './network/vpc-endpoint/DescribeVpcEndpoints.ts';
import ModifyVpcEndpoint from './network/vpc-endpoint/ModifyVpcEndpoint.ts';
import AcceptVpcPeeringConnection from './network/vpc-peering/AcceptVpcPeeringConnection.ts';
import CreateVpcPeeringConnection from './network/vpc-peering/CreateVpcPeeringConnection.ts';
import DeleteVpcPeeringConnection from './network/vpc-peering/DeleteVpcPeeringConnection.ts';
import DescribeVpcPeeringConnections from './network/vpc-peering/DescribeVpcPeeringConnections.ts';
import ModifyVpcPeeringConnectionOptions from './network/vpc-peering/ModifyVpcPeeringConnectionOptions.ts';
import RejectVpcPeeringConnection from './network/vpc-peering/RejectVpcPeeringConnection.ts';
import AssociateVpcCidrBlock from './network/vpc/AssociateVpcCidrBlock.ts';
import CreateDefaultVpc from './network/vpc/CreateDefaultVpc.ts';
import CreateVpc from './network/vpc/CreateVpc.ts';
import DeleteVpc from './network/vpc/DeleteVpc.ts';
import DescribeAccountAttributes from './network/vpc/DescribeAccountAttributes.ts';
import DescribeVpcAttribute from './network/vpc/DescribeVpcAttribute.ts';
import DescribeVpcClassicLink from './network/vpc/DescribeVpcClassicLink.ts';
import DescribeVpcClassicLinkDnsSupport from './network/vpc/DescribeVpcClassicLinkDnsSupport.ts';
import DescribeVpcs from './network/vpc/DescribeVpcs.ts';
import DisassociateVpcCidrBlock from './network/vpc/DisassociateVpcCidrBlock.ts';
import ModifyVpcAttribute from './network/vpc/ModifyVpcAttribute.ts';
import ModifyVpcTenancy from './network/vpc/ModifyVpcTenancy.ts';
import CreateVpnConnection from './network/vpn-connection/CreateVpnConnection.ts';
import CreateVpnConnectionRoute from './network/vpn-connection/CreateVpnConnectionRoute.ts';
import DeleteVpnConnection from './network/vpn-connection/DeleteVpnConnection.ts';
import DeleteVpnConnectionRoute from './network/vpn-connection/DeleteVpnConnectionRoute.ts';
import DescribeVpnConnections from './network/vpn-connection/DescribeVpnConnections.ts';
import ModifyVpnConnection from './network/vpn-connection/ModifyVpnConnection.ts';
import ModifyVpnConnectionOptions from './network/vpn-connection/ModifyVpnConnectionOptions.ts';
import ModifyVpnTunnelOptions from './network/vpn-connection/ModifyVpnTunnelOptions.ts';
import AttachVpnGateway from './network/vpn-gateway/AttachVpnGateway.ts';
import CreateVpnGateway from './network/vpn-gateway/CreateVpnGateway.ts';
import DeleteVpnGateway from './network/vpn-gateway/DeleteVpnGateway.ts';
import DescribeVpnGateways from './network/vpn-gateway/DescribeVpnGateways.ts';
import DetachVpnGateway from './network/vpn-gateway/DetachVpnGateway.ts';
import CreatePlacementGroup from './placement-group/CreatePlacementGroup.ts';
import DeletePlacementGroup from './placement-group/DeletePlacementGroup.ts';
import DescribePlacementGroups from './placement-group/DescribePlacementGroups.ts';
import ModifyInstancePlacement from './placement-group/ModifyInstancePlacement.ts';
import DescribeAvailabilityZones from './region/DescribeAvailabilityZones.ts';
import DescribeRegions from './region/DescribeRegions.ts';
import CreateReplaceRootVolumeTask from './root-volume/CreateReplaceRootVolumeTask.ts';
import DescribeReplaceRootVolumeTasks from './root-volume/DescribeReplaceRootVolumeTasks.ts';
import CopySnapshot from './snapshot/CopySnapshot.ts';
import CreateSnapshot from './snapshot/CreateSnapshot.ts';
import CreateSnapshots from './snapshot/CreateSnapshots.ts';
import DeleteSnapshot from './snapshot/DeleteSnapshot.ts';
import DescribeLockedSnapshots from './snapshot/DescribeLockedSnapshots.ts';
import DescribeSnapshotAttribute from './snapshot/DescribeSnapshotAttribute.ts';
import DescribeSnapshotTierStatus from './snapshot/DescribeSnapshotTierStatus.ts';
import DescribeSnapshots from './snapshot/DescribeSnapshots.ts';
import DisableSnapshotBlockPublicAccess from './snapshot/DisableSnapshotBlockPublicAccess.ts';
import EnableSnapshotBlockPublicAccess from './snapshot/EnableSnapshotBlockPublicAccess.ts';
import GetSnapshotBlockPublicAccessState from './snapshot/GetSnapshotBlockPublicAccessState.ts';
import LockSnapshot from './snapshot/LockSnapshot.ts';
import ModifySnapshotAttribute from './snapshot/ModifySnapshotAttribute.ts';
import ModifySnapshotTier from './snapshot/ModifySnapshotTier.ts';
import ResetSnapshotAttribute from './snapshot/ResetSnapshotAttribute.ts';
import RestoreSnapshotTier from './snapshot/RestoreSnapshotTier.ts';
import UnlockSnapshot from './snapshot/UnlockSnapshot.ts';
import CancelSpotFleetRequests from './spot-fleet/CancelSpotFleetRequests.ts';
import DescribeSpotFleetInstances from './spot-fleet/DescribeSpotFleetInstances.ts';
import DescribeSpotFleetRequestHistory from './spot-fleet/DescribeSpotFleetRequestHistory.ts';
import DescribeSpotFleetRequests from './spot-fleet/DescribeSpotFleetRequests.ts';
import ModifySpotFleetRequest from './spot-fleet/ModifySpotFleetRequest.ts';
import RequestSpotFleet from './spot-fleet/RequestSpotFleet.ts';
import CancelSpotInstanceRequests from './spot/CancelSpotInstanceRequests.ts';
import DeleteSpotDatafeedSubscription from './spot/DeleteSpotDatafeedSubscription.ts';
import DescribeSpotDatafeedSubscription from './spot/DescribeSpotDatafeedSubscription.ts';
import DescribeSpotInstanceRequests from './spot/DescribeSpotInstanceRequests.ts';
import DescribeSpotPriceHistory from './spot/DescribeSpotPriceHistory.ts';
import RequestSpotInstances from './spot/RequestSpotInstances.ts';
import CreateTags from './tag/CreateTags.ts';
import DeleteTags from './tag/DeleteTags.ts';
import DescribeTags from './tag/DescribeTags.ts';
import AttachVolume from './volume/AttachVolume.ts';
import CopyVolumes from './volume/CopyVolumes.ts';
import CreateVolume from './volume/CreateVolume.ts';
import DeleteVolume from './volume/DeleteVolume.ts';
import DescribeVolumeAttribute from './volume/DescribeVolumeAttribute.ts';
import DescribeVolumeStatus from './volume/DescribeVolumeStatus.ts';
import DescribeVolumes from './volume/DescribeVolumes.ts';
import DescribeVolumesModifications from './volume/DescribeVolumesModifications.ts';
import DetachVolume from './volume/DetachVolume.ts';
import EnableVolumeIO from './volume/EnableVolumeIO.ts';
import ModifyVolume from './volume/ModifyVolume.ts';
import ModifyVolumeAttribute from './volume/ModifyVolumeAttribute.ts';

export const operations: readonly Operation[] = [
  AcceptVpcPeeringConnection,
  AllocateAddress,
  AssignIpv6Addresses,
  AssignPrivateIpAddresses,
  AssignPrivateNatGatewayAddress,
  AssociateAddress,
  AssociateDhcpOptions,
  AssociateIamInstanceProfile,
  AssociateNatGatewayAddress,
  AssociateRouteTable,
  AssociateSecurityGroupVpc,
  AssociateSubnetCidrBlock,
  AssociateVpcCidrBlock,
  AttachInternetGateway,
  AttachNetworkInterface,
  AttachVolume,
  AttachVpnGateway,
  AuthorizeSecurityGroupEgress,
  AuthorizeSecurityGroupIngress,
  CancelCapacityReservation,
  CancelImageLaunchPermission,
  CancelSpotFleetRequests,
  CancelSpotInstanceRequests,
  CopyImage,
  CopySnapshot,
  CopyVolumes,
  CreateCapacityReservation,
  CreateCustomerGateway,
  CreateDefaultSubnet,
  CreateDefaultVpc,
  CreateDhcpOptions,
  CreateEgressOnlyInternetGateway,
  CreateFleet,
  CreateFlowLogs,
  CreateImage,
  CreateInstanceConnectEndpoint,
  CreateInternetGateway,
  CreateKeyPair,
  CreateLaunchTemplate,
  CreateLaunchTemplateVersion,
  CreateManagedPrefixList,
  CreateNatGateway,
  CreateNetworkAcl,
  CreateNetworkAclEntry,
  CreateNetworkInterface,
  CreatePlacementGroup,
  CreateReplaceRootVolumeTask,
  CreateRoute,
  CreateRouteTable,
  CreateSecurityGroup,
  CreateSnapshot,
  CreateSnapshots,
  CreateSubnet,
  CreateSubnetCidrReservation,
  CreateTags,
  CreateVolume,
  CreateVpc,
  CreateVpcBlockPublicAccessExclusion,
  CreateVpcEndpoint,
  CreateVpcEndpointServiceConfiguration,
  CreateVpcPeeringConnection,
  CreateVpnConnection,
  CreateVpnConnectionRoute,
  CreateVpnGateway,
  DeleteCustomerGateway,
  DeleteDhcpOptions,
  DeleteEgressOnlyInternetGateway,
  DeleteFleets,
  DeleteFlowLogs,
  DeleteInstanceConnectEndpoint,
  DeleteInternetGateway,
  DeleteKeyPair,
  DeleteLaunchTemplate,
  DeleteLaunchTemplateVersions,
  DeleteManagedPrefixList,
  DeleteNatGateway,
  DeleteNetworkAcl,
  DeleteNetworkAclEntry,
  DeleteNetworkInterface,
  DeletePlacementGroup,
  DeleteRoute,
  DeleteRouteTable,
  DeleteSecurityGroup,
  DeleteSnapshot,
  DeleteSpotDatafeedSubscription,
  DeleteSubnet,
  DeleteSubnetCidrReservation,
  DeleteTags,
  DeleteVolume,
  DeleteVpc,
  DeleteVpcBlockPublicAccessExclusion,
  DeleteVpcEndpointServiceConfigurations,
  DeleteVpcEndpoints,
  DeleteVpcPeeringConnection,
  DeleteVpnConnection,
  DeleteVpnConnectionRoute,
  DeleteVpnGateway,
  DeregisterImage,
  DescribeAccountAttributes,
  DescribeAddresses,
  DescribeAddressesAttribute,
  DescribeAvailabilityZones,
  DescribeCapacityReservations,
  DescribeCustomerGateways,
  DescribeDhcpOptions,
  DescribeEgressOnlyInternetGateways,
  DescribeFastSnapshotRestores,
  DescribeFleetHistory,
  DescribeFleetInstances,
  DescribeFleets,
  DescribeFlowLogs,
  DescribeIamInstanceProfileAssociations,
  DescribeImageAttribute,
  DescribeImages,
  DescribeInstanceAttribute,
  DescribeInstanceConnectEndpoints,
  DescribeInstanceCreditSpecifications,
  DescribeInstanceStatus,
  DescribeInstanceTypeOfferings,
  DescribeInstanceTypes,
  DescribeInstances,
  DescribeInternetGateways,
  DescribeKeyPairs,
  DescribeLaunchTemplateVersions,
  DescribeLaunchTemplates,
  DescribeLockedSnapshots,
  DescribeManagedPrefixLists,
  DescribeNatGateways,
  DescribeNetworkAcls,
  DescribeNetworkInterfaceAttribute,
  DescribeNetworkInterfaces,
  DescribePlacementGroups,
  DescribePrefixLists,
  DescribeRegions,
  DescribeReplaceRootVolumeTasks,
  DescribeRouteTables,
  DescribeSecurityGroupRules,
  DescribeSecurityGroupVpcAssociations,
  DescribeSecurityGroups,
  DescribeSnapshotAttribute,
  DescribeSnapshotTierStatus,
  DescribeSnapshots,
  DescribeSpotDatafeedSubscription,
  DescribeSpotFleetInstances,
  DescribeSpotFleetRequestHistory,
  DescribeSpotFleetRequests,
  DescribeSpotInstanceRequests,
  DescribeSpotPriceHistory,
  DescribeSubnets,
  DescribeTags,
  DescribeVolumeAttribute,
  DescribeVolumeStatus,
  DescribeVolumes,
  DescribeVolumesModifications,
  DescribeVpcAttribute,
  DescribeVpcBlockPublicAccessExclusions,
  DescribeVpcBlockPublicAccessOptions,
  DescribeVpcClassicLink,
  DescribeVpcClassicLinkDnsSupport,
  DescribeVpcEndpointServiceConfigurations,
  DescribeVpcEndpointServicePermissions,
  DescribeVpcEndpointServices,
  DescribeVpcEndpoints,
  DescribeVpcPeeringConnections,
  DescribeVpcs,
  DescribeVpnConnections,
  DescribeVpnGateways,
  DetachInternetGateway,
  DetachNetworkInterface,
  DetachVolume,
  DetachVpnGateway,
  DisableEbsEncryptionByDefault,
  DisableFastSnapshotRestores,
  DisableImage,
  DisableImageBlockPublicAccess,
  DisableImageDeprecation,
  DisableImageDeregistrationProtection,
  DisableSerialConsoleAccess,
  DisableSnapshotBlockPublicAccess,
  DisableVgwRoutePropagation,
  DisassociateAddress,
  DisassociateIamInstanceProfile,
  DisassociateNatGatewayAddress,
  DisassociateRouteTable,
  DisassociateSecurityGroupVpc,
  DisassociateSubnetCidrBlock,
  DisassociateVpcCidrBlock,
  EnableEbsEncryptionByDefault,
  EnableFastSnapshotRestores,
  EnableImage,
  EnableImageBlockPublicAccess,
  EnableImageDeprecation,
  EnableImageDeregistrationProtection,
  EnableSerialConsoleAccess,
  EnableSnapshotBlockPublicAccess,
  EnableVgwRoutePropagation,
  EnableVolumeIO,
  GetAllowedImagesSettings,
  GetCapacityReservationUsage,
  GetConsoleOutput,
  GetDefaultCreditSpecification,
  GetEbsDefaultKmsKeyId,
  GetEbsEncryptionByDefault,
  GetImageBlockPublicAccessState,
  GetInstanceMetadataDefaults,
  GetInstanceTypesFromInstanceRequirements,
  GetInstanceUefiData,
  GetLaunchTemplateData,
  GetManagedPrefixListEntries,
  GetPasswordData,
  GetSecurityGroupsForVpc,
  GetSerialConsoleAccessStatus,
  GetSnapshotBlockPublicAccessState,
  GetSubnetCidrReservations,
  ImportKeyPair,
  LockSnapshot,
  ModifyCapacityReservation,
  ModifyDefaultCreditSpecification,
  ModifyEbsDefaultKmsKeyId,
  ModifyFleet,
  ModifyImageAttribute,
  ModifyInstanceAttribute,
  ModifyInstanceCapacityReservationAttributes,
  ModifyInstanceConnectEndpoint,
  ModifyInstanceCreditSpecification,
  ModifyInstanceMaintenanceOptions,
  ModifyInstanceMetadataDefaults,
  ModifyInstanceMetadataOptions,
  ModifyInstancePlacement,
  ModifyLaunchTemplate,
  ModifyManagedPrefixList,
  ModifyNetworkInterfaceAttribute,
  ModifyPrivateDnsNameOptions,
  ModifySecurityGroupRules,
  ModifySnapshotAttribute,
  ModifySnapshotTier,
  ModifySpotFleetRequest,
  ModifySubnetAttribute,
  ModifyVolume,
  ModifyVolumeAttribute,
  ModifyVpcAttribute,
  ModifyVpcBlockPublicAccessExclusion,
  ModifyVpcBlockPublicAccessOptions,
  ModifyVpcEndpoint,
  ModifyVpcEndpointServiceConfiguration,
  ModifyVpcEndpointServicePayerResponsibility,
  ModifyVpcEndpointServicePermissions,
  ModifyVpcPeeringConnectionOptions,
  ModifyVpcTenancy,
  ModifyVpnConnection,
  ModifyVpnConnectionOptions,
  ModifyVpnTunnelOptions,
  MonitorInstances,
  RebootInstances,
  RegisterImage,
  RejectVpcPeeringConnection,
  ReleaseAddress,
  ReplaceIamInstanceProfileAssociation,
  ReplaceNetworkAclAssociation,
  ReplaceNetworkAclEntry,
  ReplaceRoute,
  ReplaceRouteTableAssociation,
  ReportInstanceStatus,
  RequestSpotFleet,
  RequestSpotInstances,
  ResetEbsDefaultKmsKeyId,
  ResetImageAttribute,
  ResetInstanceAttribute,
  ResetNetworkInterfaceAttribute,
  ResetSnapshotAttribute,
  RestoreSnapshotTier,
  RevokeSecurityGroupEgress,
  RevokeSecurityGroupIngress,
  RunInstances,
  StartInstances,
  StopInstances,
  TerminateInstances,
  UnassignIpv6Addresses,
  UnassignPrivateIpAddresses,
  UnassignPrivateNatGatewayAddress,
  UnlockSnapshot,
  UnmonitorInstances,
  UpdateSecurityGroupRuleDescriptionsEgress,
  UpdateSecurityGroupRuleDescriptionsIngress,
];
