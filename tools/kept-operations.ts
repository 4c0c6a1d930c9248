/** Of services with many operations, only those are kept whose shapes are served or that common clients ask for. */
import { existsSync, readdirSync } from 'node:fs';
import { emptyListingNames } from '../src/service-kit/empty-listings.ts';

const CLIENT_OPERATIONS: Readonly<Record<string, string>> = {
  // What Terraform's AWS provider, the AWS CLI's waiters and the SDKs call around instances, volumes and their network.
  ec2: `
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
UpdateSecurityGroupRuleDescriptionsIngress`,
  // Stacks and their templates; not stack sets, the registry of types, or generated templates.
  cloudformation: `
CancelUpdateStack ContinueUpdateRollback CreateChangeSet CreateStack DeleteChangeSet DeleteStack DescribeAccountLimits
DescribeChangeSet DescribeEvents DescribeStackDriftDetectionStatus DescribeStackEvents DescribeStackResource
DescribeStackResourceDrifts DescribeStackResources DescribeStacks DetectStackDrift DetectStackResourceDrift
EstimateTemplateCost ExecuteChangeSet GetStackPolicy GetTemplate GetTemplateSummary ListChangeSets ListExports ListImports
ListStackResources ListStacks RollbackStack SetStackPolicy SignalResource UpdateStack UpdateTerminationProtection
ValidateTemplate`,
  // Log groups as a target of rules; not queries, metrics, subscriptions or deliveries.
  logs: `
CreateLogGroup CreateLogStream DeleteLogGroup DeleteLogStream DeleteResourcePolicy DeleteRetentionPolicy DescribeLogGroups
DescribeLogStreams DescribeResourcePolicies FilterLogEvents GetLogEvents ListTagsForResource ListTagsLogGroup PutLogEvents
PutResourcePolicy PutRetentionPolicy TagLogGroup TagResource UntagLogGroup UntagResource`,
  // Alarms alone: there are no metrics here.
  cloudwatch: `
DeleteAlarms DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric DisableAlarmActions EnableAlarmActions
ListTagsForResource PutCompositeAlarm PutMetricAlarm SetAlarmState TagResource UntagResource`,
  // Parameter Store alone: the rest of Systems Manager manages machines that are not there.
  ssm: `
AddTagsToResource DeleteParameter DeleteParameters DescribeParameters GetParameter GetParameterHistory GetParameters
GetParametersByPath LabelParameterVersion ListTagsForResource PutParameter RemoveTagsFromResource
UnlabelParameterVersion`,
};

/** The operations above and those that have an operation file (`services/<id>/<noun>/<Operation>.ts`); undefined: all. */
export function keptOperations(id: string): ReadonlySet<string> | undefined {
  const named = CLIENT_OPERATIONS[id];
  if (named === undefined) return undefined;
  const names = new Set([...named.trim().split(/\s+/), ...emptyListingNames(id)]);
  const folder = new URL(`../src/services/${id}/`, import.meta.url);
  if (!existsSync(folder)) return names;
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const operation = /(?:^|\/)([A-Z][A-Za-z0-9]+)\.ts$/.exec(file)?.[1];
    if (operation) names.add(operation);
  }
  return names;
}
