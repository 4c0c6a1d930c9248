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
import { accountCheck } from './account-check.ts';

/** How AWS says that what an input member names does not exist: the code, the sentence about `{id}` in `{account}`, and the status. */
type Absence = readonly [code: string, message: string, status?: number];

interface EmptyListings {
  readonly operations: string;
  /** By operation, and by the member that names what is wanted. */
  readonly absences?: Readonly<Record<string, Readonly<Record<string, Absence>>>>;
}

const trail: Absence = ['TrailNotFoundException', 'Unknown trail: {id} for the user: {account}'];
const dataStore: Absence = [
  'EventDataStoreNotFoundException',
  'The specified event data store was not found.',
];

const noCommand: Absence = ['InvalidCommandId', ''];
/** No instance here has an agent of Systems Manager. */
const unmanaged: Absence = ['InvalidInstanceId', ''];

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
DescribeCoipPools DescribeConversionTasks DescribeDeclarativePoliciesReports
DescribeElasticGpus DescribeExportImageTasks DescribeExportTasks
DescribeFastLaunchImages
DescribeHostReservations DescribeHosts DescribeImageUsageReportEntries DescribeImageUsageReports
DescribeImportImageTasks DescribeImportSnapshotTasks DescribeInstanceEventWindows
DescribeInstanceSqlHaStates DescribeIpamByoasn DescribeIpamExternalResourceVerificationTokens
DescribeIpamInternetRegistryAssociations DescribeIpamPolicies DescribeIpamPoolAllocations DescribeIpamPools
DescribeIpamPrefixListResolverTargets DescribeIpamPrefixListResolvers DescribeIpamResourceDiscoveries
DescribeIpamResourceDiscoveryAssociations DescribeIpamScopes DescribeIpams DescribeIpv6Pools
DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations DescribeLocalGatewayRouteTableVpcAssociations
DescribeLocalGatewayRouteTables DescribeLocalGatewayVirtualInterfaceGroups DescribeLocalGatewayVirtualInterfaces
DescribeLocalGateways DescribeMacHosts DescribeMacModificationTasks
DescribeMovingAddresses DescribeNetworkInsightsAccessScopeAnalyses
DescribeNetworkInsightsAccessScopes DescribeNetworkInsightsAnalyses DescribeNetworkInsightsPaths
DescribeNetworkInterfacePermissions DescribeNetworkingFlexCostAllocationPolicies
DescribeNetworkingFlexCostAllocationPolicyAssociations DescribeOutpostLags
DescribePublicIpv4Pools DescribeReservedInstances DescribeReservedInstancesListings
DescribeReservedInstancesModifications DescribeRouteServerEndpoints DescribeRouteServerPeers DescribeRouteServers
DescribeScheduledInstances DescribeSecondaryInterfaces DescribeSecondaryNetworks DescribeSecondarySubnets
DescribeSecurityGroupReferences DescribeServiceLinkVirtualInterfaces
DescribeStaleSecurityGroups DescribeStoreImageTasks DescribeTrafficMirrorFilterRules DescribeTrafficMirrorFilters
DescribeTrafficMirrorSessions DescribeTrafficMirrorTargets DescribeTransitGatewayAttachments
DescribeTransitGatewayConnectPeers DescribeTransitGatewayConnects DescribeTransitGatewayMeteringPolicies
DescribeTransitGatewayMulticastDomains DescribeTransitGatewayPeeringAttachments DescribeTransitGatewayPolicyTables
DescribeTransitGatewayRouteTableAnnouncements DescribeTransitGatewayRouteTables DescribeTransitGatewayVpcAttachments
DescribeTransitGateways DescribeTrunkInterfaceAssociations DescribeVerifiedAccessEndpoints
DescribeVerifiedAccessGroups DescribeVerifiedAccessInstanceLoggingConfigurations DescribeVerifiedAccessInstances
DescribeVerifiedAccessTrustProviders DescribeVpcEncryptionControls DescribeVpcEndpointAssociations
DescribeVpcEndpointConnectionNotifications DescribeVpcEndpointConnections
DescribeVpnConcentrators
ListImagesInRecycleBin ListSnapshotsInRecycleBin ListVolumesInRecycleBin`,
    absences: {
      DescribeReservedInstances: {
        ReservedInstancesIds: [
          'InvalidReservedInstancesId',
          "The reserved instance ID '{id}' does not exist",
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
  iam: { operations: 'ListDelegationRequests' },
  autoscaling: {
    operations: 'DescribeLoadBalancers DescribeLoadBalancerTargetGroups DescribeTrafficSources',
  },
  cloudformation: {
    operations: 'DescribeStackSet ListGeneratedTemplates ListResourceScans ListStackRefactors ListStackSets',
    absences: {
      DescribeStackSet: { StackSetName: ['StackSetNotFoundException', 'StackSet {id} not found', 404] },
    },
  },
  events: {
    operations: 'DescribeEndpoint DescribeEventSource ListEndpoints ListEventSources ListPartnerEventSources',
    absences: {
      DescribeEndpoint: { Name: ['ResourceNotFoundException', "Endpoint '{id}' does not exist."] },
      DescribeEventSource: { Name: ['ResourceNotFoundException', 'Event source {id} does not exist.'] },
    },
  },
  logs: {
    operations:
      'DescribeDeliveries DescribeDeliveryDestinations DescribeDeliverySources DescribeDestinations ' +
      'DescribeExportTasks DescribeImportTasks DescribeLookupTables DescribeQueries DescribeSubscriptionFilters ' +
      'ListAnomalies ListIntegrations ListScheduledQueries',
  },
  cloudtrail: {
    operations:
      'DescribeTrails GetChannel GetEventDataStore GetEventSelectors GetImport GetInsightSelectors GetTrail ' +
      'GetTrailStatus ListChannels ListDashboards ListEventDataStores ListImports ListQueries ListTrails',
    absences: {
      GetChannel: { Channel: ['ChannelNotFoundException', 'The specified channel was not found.'] },
      GetEventDataStore: { EventDataStore: dataStore },
      GetImport: { ImportId: ['ImportNotFoundException', 'The specified import was not found.'] },
      ListQueries: { EventDataStore: dataStore },
      GetEventSelectors: { TrailName: trail },
      GetInsightSelectors: { EventDataStore: dataStore, TrailName: trail },
      GetTrail: { Name: trail },
      GetTrailStatus: { Name: trail },
    },
  },
  cloudwatch: { operations: 'DescribeInsightRules ListAlarmMuteRules ListMetricStreams' },
  ssm: {
    operations:
      'DescribeActivations DescribeAutomationExecutions DescribeInstanceInformation DescribeInstancePatchStates ' +
      'DescribeInstanceProperties DescribeInventoryDeletions DescribeMaintenanceWindows ' +
      'DescribeMaintenanceWindowsForTarget DescribeOpsItems DescribeSessions ListAssociations ListCommandInvocations ' +
      'ListCommands ListComplianceItems ListComplianceSummaries ListNodes ListOpsItemEvents ListOpsItemRelatedItems ' +
      'ListOpsMetadata ListResourceComplianceSummaries ListResourceDataSync',
    absences: {
      ListCommandInvocations: { CommandId: noCommand, InstanceId: unmanaged },
      ListCommands: { CommandId: noCommand, InstanceId: unmanaged },
    },
  },
  organizations: {
    operations: 'ListInboundResponsibilityTransfers ListOutboundResponsibilityTransfers',
  },
};

export const emptyListingNames = (serviceId: string): string[] =>
  EMPTY[serviceId]?.operations.trim().split(/\s+/) ?? [];

interface ListingRules {
  /** Who may list, where it is not a question of the action alone. */
  check?(
    context: ResolveContext,
    name: string,
    input: ListingInput,
  ): Check<unknown> | undefined | Promise<Check<unknown> | undefined>;
  /** Throws the service's error for a filter that it does not know, and for a page that none came before: a page of nothing. */
  requirePage(input: ListingInput, name: string): unknown;
}

/** What listings have in common, under the names that one service or another has for it. */
export interface ListingInput extends Readonly<Record<string, unknown>> {
  readonly NextToken?: string;
  readonly nextToken?: string;
  readonly Marker?: string;
}

/** The empty listings of a service, as operations to be registered with its others. */
export function emptyListings<Ops extends OperationMap>(
  service: Service<Ops>,
  { check, requirePage }: ListingRules,
): Operation[] {
  const define = service.operation as (name: string, definition: object) => Operation;
  return emptyListingNames(service.id).map((name) => {
    const operation = define(name, {
      readOnly: true,
      checks: async (context: ResolveContext, input: ListingInput) => ({
        list: (await check?.(context, name, input)) ?? accountCheck(context, `${service.id}:${name}`),
      }),
      execute({ account }: ResolveContext, input: ListingInput) {
        requirePage(input, name);
        const { shape } = operation;
        const absences = { ...absencesByName(shape.input), ...EMPTY[service.id]?.absences?.[name] };
        for (const [member, absence] of Object.entries(absences))
          requireNone(input[member], account, absence);
        return nothingOf(shape.output);
      },
    });
    return operation;
  });
}

function requireNone(named: unknown, account: string, [code, message, status = 400]: Absence): void {
  const [id] = Array.isArray(named) ? named : [named];
  if (id === undefined || id === '') return;
  throw new AwsError(code, message.replace('{id}', () => String(id)).replace('{account}', account), status);
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
