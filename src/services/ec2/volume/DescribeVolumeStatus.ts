/**
 * A volume whose key was refused when it was attached again is impaired, and so is one whose blocks are lost
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumeStatus.html).
 */
import { describeResources } from '../describe/describe.ts';
import type { FilterFields } from '../describe/filter.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { type VolumeRecord, volumeKind } from './volume.ts';

/** Nobody can do I/O to it, and so its I/O is not enabled. */
const isImpaired = ({ failure, state, isLost }: VolumeRecord) =>
  isLost === true || (failure !== undefined && state === 'in-use');
const status = (volume: VolumeRecord) => (isImpaired(volume) ? 'impaired' : 'ok');
const ioEnabled = (volume: VolumeRecord) => (isImpaired(volume) ? 'failed' : 'passed');
const absent = () => undefined;

/** Of a volume from a snapshot. Its blocks are there when it is, and are shared rather than fetched. */
const isInitialized = ({ state }: VolumeRecord) => state !== 'creating';

const details = (volume: VolumeRecord) => [
  { Name: 'io-enabled' as const, Status: ioEnabled(volume) },
  { Name: 'io-performance' as const, Status: 'not-applicable' },
  ...(volume.snapshotId
    ? [
        {
          Name: 'initialization-state' as const,
          Status: isInitialized(volume) ? 'completed' : 'initializing',
        },
      ]
    : []),
];

function initialization(volume: VolumeRecord) {
  if (!volume.snapshotId) return undefined;
  const Progress = isInitialized(volume) ? 100 : 0;
  return volume.initializationRate === undefined
    ? { InitializationType: 'default', Progress }
    : { InitializationType: 'provisioned-rate', Progress, EstimatedTimeToCompleteInSeconds: 0 };
}

const filters: FilterFields<VolumeRecord> = {
  'action.code': absent,
  'action.description': absent,
  'action.event-id': absent,
  'attachment-status.instance-id': ({ attachments }) => attachments.map(({ instanceId }) => instanceId),
  'attachment-status.io-performance': absent,
  'availability-zone': ({ zone }) => zone,
  'availability-zone-id': ({ zoneId }) => zoneId,
  'event.description': absent,
  'event.event-id': absent,
  'event.event-type': absent,
  'event.not-after': absent,
  'event.not-before': absent,
  'operator.managed': () => false,
  'operator.principal': absent,
  'volume-status.details-name': (volume) => details(volume).map(({ Name }) => Name),
  'volume-status.details-status': (volume) => details(volume).map(({ Status }) => Status),
  'volume-status.status': status,
};

export default ec2.operation('DescribeVolumeStatus', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVolumeStatus') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: volumeKind,
      ids: input.VolumeIds,
      idsName: 'volumeIdsSet',
      filters: input.Filters,
      fields: filters,
      page: input,
      limits: { lenient: true },
    });
    return {
      VolumeStatuses: page.items.map((volume) => ({
        VolumeId: volume.id,
        AvailabilityZone: volume.zone,
        AvailabilityZoneId: volume.zoneId,
        Actions: [],
        Operator: { Managed: false, HiddenByDefault: false },
        Events: [],
        VolumeStatus: {
          Status: status(volume),
          Details: details(volume),
        },
        InitializationStatusDetails: initialization(volume),
        AttachmentStatuses: volume.attachments.map(({ instanceId }) => ({
          IoPerformance: 'not-applicable',
          InstanceId: instanceId,
        })),
      })),
      NextToken: page.nextToken,
    };
  },
});
