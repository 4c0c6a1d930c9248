/** Flow logs of VPCs, subnets and interfaces: kept and shown. No packets flow here, so nothing is written. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { DestinationOptionsResponse, FlowLog } from '../../../../shapes/generated/ec2.ts';
import { table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { type ResourceRecord, storedKind } from '../../resource/kind.ts';

export interface FlowLogRecord extends ResourceRecord {
  readonly resourceId: string;
  readonly trafficType?: 'ACCEPT' | 'REJECT' | 'ALL';
  readonly destinationType: 'cloud-watch-logs' | 's3' | 'kinesis-data-firehose';
  readonly logGroupName?: string;
  readonly destination?: string;
  readonly roleArn?: string;
  readonly format: string;
  readonly aggregationSeconds: number;
  readonly options?: DestinationOptionsResponse;
  readonly createdAtMs: number;
}

export const flowLogs = table<FlowLogRecord>()({
  name: 'ec2.flow-logs',
  key: ({ account, region, id }) => [account, region, id],
});

export const flowLogKind = storedKind<FlowLogRecord>({
  type: 'vpc-flow-log',
  prefix: 'fl',
  table: flowLogs,
  notFound: ([id]) =>
    new AwsError('InvalidFlowLogId.NotFound', `The specified flow log id (${id}) does not exist.`),
  malformed: (id) => new AwsError('InvalidFlowLogId.Malformed', `Invalid id: "${id}" (expecting "fl-...")`),
  conditions: () => ({}),
});

export const DEFAULT_FORMAT = [
  'version',
  'account-id',
  'interface-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
]
  .map((field) => `\${${field}}`)
  .join(' ');

export const showFlowLog = (log: FlowLogRecord): FlowLog => ({
  FlowLogId: log.id,
  FlowLogStatus: 'ACTIVE',
  ResourceId: log.resourceId,
  TrafficType: log.trafficType,
  LogDestinationType: log.destinationType,
  LogDestination: log.destination,
  LogGroupName: log.logGroupName,
  DeliverLogsPermissionArn: log.roleArn,
  DeliverLogsStatus: 'SUCCESS',
  LogFormat: log.format,
  MaxAggregationInterval: log.aggregationSeconds,
  DestinationOptions: log.options,
  CreationTime: log.createdAtMs,
  Tags: [...log.tags],
});

export const flowLogFilters: FilterFields<FlowLogRecord> = {
  'deliver-log-status': () => 'SUCCESS',
  'flow-log-id': ({ id }) => id,
  'log-destination-type': ({ destinationType }) => destinationType,
  'log-group-name': ({ logGroupName }) => logGroupName,
  'resource-id': ({ resourceId }) => resourceId,
  'traffic-type': ({ trafficType }) => trafficType,
};
