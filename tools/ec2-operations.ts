/** EC2 has some 770 operations; only the shapes of those that are served, or that common clients ask for, are kept. */
import { readdirSync } from 'node:fs';

/** What Terraform's AWS provider, the AWS CLI's waiters and the SDKs call around instances, volumes and their network. */
const CLIENT_OPERATIONS = `
AllocateAddress AssociateAddress AssociateIamInstanceProfile AssociateRouteTable AttachInternetGateway
AttachNetworkInterface AttachVolume AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CopyImage CopySnapshot
CopyVolumes CreateDefaultSubnet CreateDefaultVpc CreateFleet CreateImage CreateInternetGateway CreateKeyPair
CreateLaunchTemplate CreateLaunchTemplateVersion CreateNetworkInterface CreateRoute CreateRouteTable
CreateSecurityGroup CreateSnapshot CreateSnapshots CreateSubnet CreateTags CreateVolume CreateVpc CreateVpcEndpoint
DeleteInternetGateway DeleteKeyPair DeleteLaunchTemplate DeleteLaunchTemplateVersions DeleteNetworkInterface
DeleteRoute DeleteRouteTable DeleteSecurityGroup DeleteSnapshot DeleteSubnet DeleteTags DeleteVolume DeleteVpc
DeleteVpcEndpoints DeregisterImage DescribeAccountAttributes DescribeAddresses DescribeAddressesAttribute
DescribeAvailabilityZones DescribeDhcpOptions DescribeFastSnapshotRestores DescribeFleets
DescribeIamInstanceProfileAssociations DescribeImageAttribute DescribeImages DescribeInstanceAttribute
DescribeInstanceCreditSpecifications DescribeInstanceStatus DescribeInstanceTypeOfferings DescribeInstanceTypes
DescribeInstances DescribeInternetGateways DescribeKeyPairs DescribeLaunchTemplateVersions DescribeLaunchTemplates
DescribeLockedSnapshots DescribeNatGateways DescribeNetworkAcls DescribeNetworkInterfaceAttribute
DescribeNetworkInterfaces DescribePlacementGroups DescribePrefixLists DescribeManagedPrefixLists DescribeRegions
DescribeReservedInstances DescribeRouteTables DescribeSecurityGroupRules DescribeSecurityGroups
DescribeSnapshotAttribute DescribeSnapshotTierStatus DescribeSnapshots DescribeSpotInstanceRequests
DescribeSpotPriceHistory DescribeSubnets DescribeTags DescribeVolumeAttribute DescribeVolumeStatus DescribeVolumes
DescribeVolumesModifications DescribeVpcAttribute DescribeVpcClassicLink DescribeVpcClassicLinkDnsSupport
DescribeVpcEndpoints DescribeVpcs DetachInternetGateway DetachNetworkInterface DetachVolume DisableEbsEncryptionByDefault
DisableFastSnapshotRestores DisableSnapshotBlockPublicAccess DisassociateAddress DisassociateIamInstanceProfile
DisassociateRouteTable EnableEbsEncryptionByDefault EnableFastSnapshotRestores EnableSnapshotBlockPublicAccess
EnableVolumeIO GetConsoleOutput GetEbsDefaultKmsKeyId GetEbsEncryptionByDefault GetInstanceMetadataDefaults
GetInstanceUefiData GetLaunchTemplateData GetSnapshotBlockPublicAccessState ImportKeyPair ListSnapshotsInRecycleBin
LockSnapshot ModifyEbsDefaultKmsKeyId ModifyImageAttribute ModifyInstanceAttribute
ModifyInstanceCreditSpecification ModifyInstanceMaintenanceOptions ModifyInstanceMetadataOptions
ModifyLaunchTemplate ModifyNetworkInterfaceAttribute ModifySecurityGroupRules ModifySnapshotAttribute
ModifySubnetAttribute ModifyVolume ModifyVolumeAttribute ModifyVpcAttribute MonitorInstances RebootInstances
RegisterImage ReleaseAddress ReplaceIamInstanceProfileAssociation RequestSpotInstances ResetEbsDefaultKmsKeyId
ResetImageAttribute ResetInstanceAttribute ResetSnapshotAttribute RestoreSnapshotFromRecycleBin
RevokeSecurityGroupEgress RevokeSecurityGroupIngress RunInstances StartInstances StopInstances TerminateInstances
UnlockSnapshot UnmonitorInstances UpdateSecurityGroupRuleDescriptionsEgress
UpdateSecurityGroupRuleDescriptionsIngress`;

/** The operations above and those that have an operation file (`services/ec2/<noun>/<Operation>.ts`). */
export function ec2Operations(): ReadonlySet<string> {
  const names = new Set(CLIENT_OPERATIONS.trim().split(/\s+/));
  const folder = new URL('../src/services/ec2/', import.meta.url);
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const operation = /(?:^|\/)([A-Z][A-Za-z0-9]+)\.ts$/.exec(file)?.[1];
    if (operation) names.add(operation);
  }
  return names;
}
