/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html. Only running instances, unless
 * all are asked for.
 */
import { describeResources } from '../describe/describe.ts';
import type { FilterFields } from '../describe/filter.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { type InstanceRecord, instanceKind } from './instance.ts';
import { showState } from './instance-state.ts';

type Status = 'ok' | 'impaired' | 'initializing' | 'not-applicable';

export default ec2.operation('DescribeInstanceStatus', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeInstanceStatus') }),
  async execute(context, input) {
    const status = ({ id, state }: InstanceRecord): Status =>
      state === 'running' ? (context.ports.instances.health(id) ?? 'initializing') : 'not-applicable';
    const isShown = ({ state }: InstanceRecord) => input.IncludeAllInstances === true || state === 'running';
    const page = await describeResources(context.tx, context, {
      kind: instanceKind,
      ids: input.InstanceIds,
      idsName: 'instancesSet',
      filters: input.Filters,
      fields: statusFilters(status),
      page: input,
      limits: { otherwise: 1000 },
      also: isShown,
    });
    return {
      InstanceStatuses: page.items.map((instance) => ({
        AvailabilityZone: instance.zone,
        AvailabilityZoneId: instance.zoneId,
        InstanceId: instance.id,
        InstanceState: showState(instance.state),
        InstanceStatus: summary(status(instance)),
        SystemStatus: summary(reachable(status(instance))),
        AttachedEbsStatus: summary(status(instance)),
        Operator: { Managed: false },
      })),
      NextToken: page.nextToken,
    };
  },
});

/** The machine below answers even where the guest does not. */
const reachable = (status: Status): Status => (status === 'impaired' ? 'ok' : status);

const REACHABILITY = { ok: 'passed', impaired: 'failed', initializing: 'initializing' } as const;

const summary = (status: Status) => ({
  Status: status,
  Details: status === 'not-applicable' ? [] : [{ Name: 'reachability', Status: REACHABILITY[status] }],
});

function statusFilters(status: (instance: InstanceRecord) => Status): FilterFields<InstanceRecord> {
  const reachability = (instance: InstanceRecord) => {
    const now = status(instance);
    return now === 'not-applicable' ? undefined : REACHABILITY[now];
  };
  const absent = () => undefined;
  return {
    'application-status.status': absent,
    'attached-ebs-status.status': status,
    'availability-zone': ({ zone }) => zone,
    'availability-zone-id': ({ zoneId }) => zoneId,
    'event.code': absent,
    'event.description': absent,
    'event.instance-event-id': absent,
    'event.not-after': absent,
    'event.not-before': absent,
    'event.not-before-deadline': absent,
    'instance-state-code': ({ state }) => showState(state).Code,
    'instance-state-name': ({ state }) => state,
    'instance-status.reachability': reachability,
    'instance-status.status': status,
    'operator.managed': () => false,
    'operator.principal': absent,
    'system-status.reachability': (instance) =>
      status(instance) === 'not-applicable' ? undefined : 'passed',
    'system-status.status': (instance) => reachable(status(instance)),
  };
}
