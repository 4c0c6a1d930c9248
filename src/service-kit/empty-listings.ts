/**
 * Listings of what nobody can have here, since no served operation creates it: NAT gateways, Dedicated Hosts, trails …
 * To answer that there is none is true, and lets clients go on that look before they act. Each is authorized and audited as
 * any other call; what is asked for by its name does not exist. Creating one is still refused by name.
 */

import { AwsError } from '../aws/aws-error.ts';
import { lowerFirst } from '../aws/member-name.ts';
import type { ResolveContext } from '../invoke/context.ts';
import type { Operation, OperationMap, Service } from '../invoke/operation.ts';
import type { Check } from '../invoke/verdict.ts';
import type { StructureShape } from '../shapes/shape.ts';

/** How AWS says that what an input member names does not exist: the code, the sentence about `{id}`, and the status. */
type Absence = readonly [code: string, message: string, status?: number];

interface EmptyListings {
  readonly operations: string;
  /** By operation, and by the member that names what is wanted. */
  readonly absences?: Readonly<Record<string, Readonly<Record<string, Absence>>>>;
}

const trail: Absence = ['TrailNotFoundException', 'Unknown trail: {id}'];

const EMPTY: Readonly<Record<string, EmptyListings>> = {
  ec2: {
    operations: `
DescribeAddressTransfers DescribeApplicationStatusCheckAssociations
DescribeApplicationStatusChecks DescribeAwsNetworkPerformanceMetricSubscriptions DescribeBundleTasks
DescribeByoipCidrs DescribeCapacityBlockExtensionHistory DescribeCapacityBlockStatus DescribeCapacityBlocks
DescribeCapacityManagerDataExports DescribeCapacityReservationBillingRequests
DescribeCapacityReservationCancellationQuotes DescribeCapacityReservationDateChangeQuotes
DescribeCapacityReservationFleets DescribeCapacityReservationTopology
DescribeCarrierGateways DescribeClassicLinkInstances DescribeClientVpnAuthorizationRules
DescribeClientVpnConnections DescribeClientVpnEndpoints DescribeClientVpnRoutes DescribeClientVpnTargetNetworks
DescribeCoipPools DescribeConversionTasks DescribeCustomerGateways DescribeDeclarativePoliciesReports
DescribeElasticGpus DescribeExportImageTasks DescribeExportTasks
DescribeFastLaunchImages DescribeFastSnapshotRestores
DescribeHostReservations DescribeHosts DescribeImageUsageReportEntries DescribeImageUsageReports
DescribeImportImageTasks DescribeImportSnapshotTasks DescribeInstanceConnectEndpoints DescribeInstanceEventWindows
DescribeInstanceSqlHaStates DescribeIpamByoasn DescribeIpamExternalResourceVerificationTokens
DescribeIpamInternetRegistryAssociations DescribeIpamPolicies DescribeIpamPoolAllocations DescribeIpamPools
DescribeIpamPrefixListResolverTargets DescribeIpamPrefixListResolvers DescribeIpamResourceDiscoveries
DescribeIpamResourceDiscoveryAssociations DescribeIpamScopes DescribeIpams DescribeIpv6Pools
DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations DescribeLocalGatewayRouteTableVpcAssociations
DescribeLocalGatewayRouteTables DescribeLocalGatewayVirtualInterfaceGroups DescribeLocalGatewayVirtualInterfaces
DescribeLocalGateways DescribeLockedSnapshots DescribeMacHosts DescribeMacModificationTasks
DescribeMovingAddresses DescribeNetworkInsightsAccessScopeAnalyses
DescribeNetworkInsightsAccessScopes DescribeNetworkInsightsAnalyses DescribeNetworkInsightsPaths
DescribeNetworkInterfacePermissions DescribeNetworkingFlexCostAllocationPolicies
DescribeNetworkingFlexCostAllocationPolicyAssociations DescribeOutpostLags
DescribePublicIpv4Pools DescribeReservedInstances DescribeReservedInstancesListings
DescribeReservedInstancesModifications DescribeRouteServerEndpoints DescribeRouteServerPeers DescribeRouteServers
DescribeScheduledInstances DescribeSecondaryInterfaces DescribeSecondaryNetworks DescribeSecondarySubnets
DescribeSecurityGroupReferences DescribeSecurityGroupVpcAssociations DescribeServiceLinkVirtualInterfaces
DescribeSpotFleetInstances DescribeSpotFleetRequestHistory DescribeSpotFleetRequests
DescribeStaleSecurityGroups DescribeStoreImageTasks DescribeTrafficMirrorFilterRules DescribeTrafficMirrorFilters
DescribeTrafficMirrorSessions DescribeTrafficMirrorTargets DescribeTransitGatewayAttachments
DescribeTransitGatewayConnectPeers DescribeTransitGatewayConnects DescribeTransitGatewayMeteringPolicies
DescribeTransitGatewayMulticastDomains DescribeTransitGatewayPeeringAttachments DescribeTransitGatewayPolicyTables
DescribeTransitGatewayRouteTableAnnouncements DescribeTransitGatewayRouteTables DescribeTransitGatewayVpcAttachments
DescribeTransitGateways DescribeTrunkInterfaceAssociations DescribeVerifiedAccessEndpoints
DescribeVerifiedAccessGroups DescribeVerifiedAccessInstanceLoggingConfigurations DescribeVerifiedAccessInstances
DescribeVerifiedAccessTrustProviders DescribeVpcBlockPublicAccessExclusions DescribeVpcClassicLink
DescribeVpcClassicLinkDnsSupport DescribeVpcEncryptionControls DescribeVpcEndpointAssociations
DescribeVpcEndpointConnectionNotifications DescribeVpcEndpointConnections DescribeVpcEndpointServiceConfigurations
DescribeVpnConcentrators DescribeVpnConnections
DescribeVpnGateways ListImagesInRecycleBin ListSnapshotsInRecycleBin ListVolumesInRecycleBin`,
    absences: {
      DescribeReservedInstances: {
        ReservedInstancesIds: [
          'InvalidReservedInstancesId',
          "The reserved instance ID '{id}' does not exist",
        ],
      },
      DescribeSpotFleetRequests: {
        SpotFleetRequestIds: [
          'InvalidSpotFleetRequestId.NotFound',
          "The spot fleet request ID '{id}' does not exist.",
        ],
      },
      DescribeTransitGateways: {
        TransitGatewayIds: [
          'InvalidTransitGatewayID.NotFound',
          'Transit Gateway {id} was deleted or does not exist.',
        ],
      },
    },
  },
  kms: {
    operations: 'DescribeCustomKeyStores',
    absences: {
      DescribeCustomKeyStores: {
        CustomKeyStoreId: ['CustomKeyStoreNotFoundException', ''],
        CustomKeyStoreName: ['CustomKeyStoreNotFoundException', ''],
      },
    },
  },
  iam: {
    operations:
      'GetSAMLProvider GetServerCertificate ListDelegationRequests ListSAMLProviders ListSAMLProviderTags ' +
      'ListServerCertificates ListServerCertificateTags',
    absences: {
      GetSAMLProvider: { SAMLProviderArn: ['NoSuchEntity', 'Manifest not found for arn {id}', 404] },
      GetServerCertificate: {
        ServerCertificateName: [
          'NoSuchEntity',
          'The Server Certificate with name {id} cannot be found.',
          404,
        ],
      },
      ListSAMLProviderTags: { SAMLProviderArn: ['NoSuchEntity', 'Manifest not found for arn {id}', 404] },
      ListServerCertificateTags: {
        ServerCertificateName: [
          'NoSuchEntity',
          'The Server Certificate with name {id} cannot be found.',
          404,
        ],
      },
    },
  },
  autoscaling: { operations: 'DescribeNotificationConfigurations' },
  cloudformation: {
    operations: 'DescribeStackSet ListGeneratedTemplates ListResourceScans ListStackRefactors ListStackSets',
    absences: {
      DescribeStackSet: { StackSetName: ['StackSetNotFoundException', 'StackSet {id} not found', 404] },
    },
  },
  events: {
    operations:
      'DescribeApiDestination DescribeConnection DescribeEndpoint DescribeEventSource ListApiDestinations ' +
      'ListConnections ListEndpoints ListEventSources ListPartnerEventSources',
    absences: {
      DescribeApiDestination: {
        Name: [
          'ResourceNotFoundException',
          "Failed to describe the api-destination(s). ApiDestination '{id}' does not exist.",
        ],
      },
      DescribeConnection: {
        Name: [
          'ResourceNotFoundException',
          "Failed to describe the connection(s). Connection '{id}' does not exist.",
        ],
      },
      DescribeEndpoint: { Name: ['ResourceNotFoundException', "Endpoint '{id}' does not exist."] },
      DescribeEventSource: { Name: ['ResourceNotFoundException', 'Event source {id} does not exist.'] },
    },
  },
  logs: {
    operations:
      'DescribeAccountPolicies DescribeDeliveries DescribeDeliveryDestinations DescribeDeliverySources ' +
      'DescribeDestinations DescribeExportTasks DescribeImportTasks DescribeLookupTables DescribeQueries ' +
      'DescribeQueryDefinitions ListAnomalies ListIntegrations ListLogAnomalyDetectors ListScheduledQueries',
  },
  cloudtrail: {
    operations:
      'DescribeTrails GetEventSelectors GetInsightSelectors GetTrail GetTrailStatus ListChannels ListDashboards ' +
      'ListEventDataStores ListImports ListTrails',
    absences: {
      GetEventSelectors: { TrailName: trail },
      GetInsightSelectors: { TrailName: trail },
      GetTrail: { Name: trail },
      GetTrailStatus: { Name: trail },
    },
  },
  organizations: {
    operations:
      'ListDelegatedAdministrators ListInboundResponsibilityTransfers ListOutboundResponsibilityTransfers',
  },
};

export const emptyListingNames = (serviceId: string): string[] =>
  EMPTY[serviceId]?.operations.trim().split(/\s+/) ?? [];

type ListingCheck = (context: ResolveContext, name: string) => Check<unknown> | Promise<Check<unknown>>;

/** The empty listings of a service, as operations to be registered with its others. */
export function emptyListings<Ops extends OperationMap>(
  service: Service<Ops>,
  check: ListingCheck = (context, name) => ({
    action: `${service.id}:${name}`,
    resource: '*',
    account: context.account,
    record: null,
  }),
): Operation[] {
  const define = service.operation as (name: string, definition: object) => Operation;
  return emptyListingNames(service.id).map((name) => {
    return define(name, {
      readOnly: true,
      checks: async (context: ResolveContext) => ({ list: await check(context, name) }),
      execute(_context: unknown, input: Readonly<Record<string, unknown>>) {
        const shape = service.shapes.operation(name)!;
        const absences = { ...absencesByName(shape.input), ...EMPTY[service.id]?.absences?.[name] };
        for (const [member, absence] of Object.entries(absences)) requireNone(input[member], absence);
        return nothingOf(shape.output);
      },
    });
  });
}

function requireNone(named: unknown, [code, message, status = 400]: Absence): void {
  const [id] = Array.isArray(named) ? named : [named];
  if (id !== undefined && id !== '') throw new AwsError(code, message.replace('{id}', String(id)), status);
}

/** By these, listings are narrowed to what belongs to something else; other ids are of what is listed. */
const OWNERS: ReadonlySet<string> = new Set(['Image', 'Instance', 'Snapshot', 'Vpc', 'Exclusion']);

/** EC2's usual error, where AWS documents no other (aws-facts F30): `NatGatewayIds` gives `InvalidNatGatewayID.NotFound`. */
function absencesByName({ members }: StructureShape): Record<string, Absence> {
  const absences: Record<string, Absence> = {};
  for (const { name, shape, required } of members) {
    const noun = /^([A-Z]\w*)Ids?$/.exec(name)?.[1];
    if (!noun || OWNERS.has(noun) || (shape.type !== 'list' && !required)) continue;
    const shown = lowerFirst(noun);
    absences[name] = [`Invalid${noun}ID.NotFound`, `The ${shown} ID '{id}' does not exist`];
  }
  return absences;
}

/** Every list of an output empty, and every flag for more of it unset. */
function nothingOf({ members }: StructureShape): object {
  return Object.fromEntries(
    members.flatMap(({ name, shape }): [string, unknown][] => {
      if (shape.type === 'list') return [[name, []]];
      return shape.type === 'boolean' ? [[name, false]] : [];
    }),
  );
}
