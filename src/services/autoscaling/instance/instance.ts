/** An instance of a group: the record, its table, and how AWS shows it. */
import type { Scope } from '../../../aws/scope.ts';
import type { Instance } from '../../../shapes/generated/autoscaling.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { requireFewInstances } from '../account/limits.ts';
import { validationError } from '../errors.ts';
import type { GroupRecord } from '../group/group.ts';
import type { Market } from './allocation.ts';

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html */
export type LifecycleState =
  | 'Pending'
  | 'Pending:Wait'
  | 'Pending:Proceed'
  | 'InService'
  | 'EnteringStandby'
  | 'Standby'
  | 'Detaching'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Terminating:Proceed'
  | 'Warmed:Pending'
  | 'Warmed:Pending:Wait'
  | 'Warmed:Pending:Proceed'
  | 'Warmed:Running'
  | 'Warmed:Stopped'
  | 'Warmed:Terminating'
  | 'Warmed:Terminating:Wait'
  | 'Warmed:Terminating:Proceed';

/** In the warm pool, or on its way into it or out of it for good. */
export const isWarm = ({ state }: Pick<InstanceRecord, 'state'>) => state.startsWith('Warmed:');

export const isLeaving = ({ state }: Pick<InstanceRecord, 'state'>) => /^(Warmed:)?Terminating/.test(state);

export interface InstanceRecord extends Scope {
  readonly groupName: string;
  readonly instanceId: string;
  readonly zone: string;
  readonly zoneId?: string;
  readonly subnetId?: string;
  readonly type: string;
  /** Absent of instances that joined the group. */
  readonly market?: Market;
  /** In units of the desired capacity, where its instance types weigh something. */
  readonly weight?: number;
  readonly imageId?: string;
  readonly launchConfigurationName?: string;
  /** The version is the number that it was launched from. */
  readonly launchTemplate?: { readonly id: string; readonly name: string; readonly version: string };
  /** When the group set about to launch it, from what it then was; absent of instances that joined the group. */
  readonly begunAtMs?: number;
  readonly launchedAtMs: number;
  readonly state: LifecycleState;
  readonly health: 'Healthy' | 'Unhealthy';
  /** What found it unhealthy, for the cause of the activity that replaces it. */
  readonly unhealthyCause?: string;
  /** It is no longer running. */
  readonly isDown?: boolean;
  /** EC2 has recommended to replace it, or has announced that it will be interrupted. */
  readonly isAtRisk?: boolean;
  readonly inServiceAtMs?: number;
  readonly isProtected: boolean;
  /** It comes from the warm pool, and EC2 has not been asked to start it yet. */
  readonly isStarting?: boolean;
  /** The activity under way for it. */
  readonly activityId?: string;
}

export const instances = table<InstanceRecord>()({
  name: 'autoscaling.instances',
  key: ({ account, region, instanceId }) => [account, region, instanceId],
  indexes: { group: ({ account, region, groupName }) => [[account, region, groupName]] },
});

/** States in which an instance counts towards the desired capacity. */
const COUNTED: ReadonlySet<LifecycleState> = new Set([
  'Pending',
  'Pending:Wait',
  'Pending:Proceed',
  'InService',
]);

export const isCounted = ({ state }: InstanceRecord) => COUNTED.has(state);

/** By the group, of what it has been since then. */
export const isLaunchedSince = ({ begunAtMs, launchedAtMs }: InstanceRecord, sinceMs: number) =>
  (begunAtMs ?? launchedAtMs) >= sinceMs;

export const instancesOf = (tx: ReadTransaction, { account, region, name }: GroupRecord) =>
  tx.find(instances, 'group', { prefix: [account, region, name] });

export const findInstance = (tx: ReadTransaction, { account, region }: Scope, instanceId: string) =>
  tx.get(instances, [account, region, instanceId]);

export const noManagedInstance = (instanceId: string) =>
  validationError(`Instance Id not found - No managed instance found for instance ID ${instanceId}`);

/** The instances that a request names, which must be of the group. */
export async function requireInstances(
  tx: ReadTransaction,
  group: GroupRecord,
  ids: readonly string[] = [],
  most?: number,
): Promise<InstanceRecord[]> {
  requireFewInstances(ids, most);
  const found: InstanceRecord[] = [];
  for (const id of new Set(ids)) {
    const instance = await findInstance(tx, group, id);
    if (instance?.groupName !== group.name) {
      throw validationError(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
    }
    found.push(instance);
  }
  return found;
}

export function requireStates(found: readonly InstanceRecord[], allowed: readonly LifecycleState[]): void {
  const other = found.find(({ state }) => !allowed.includes(state));
  if (other) throw validationError(`The instance ${other.instanceId} is not in ${allowed.join(' or ')}.`);
}

export function showInstance(instance: InstanceRecord): Instance {
  const { launchTemplate: template } = instance;
  return {
    InstanceId: instance.instanceId,
    InstanceType: instance.type,
    AvailabilityZone: instance.zone,
    AvailabilityZoneId: instance.zoneId,
    LifecycleState: instance.state,
    HealthStatus: instance.health,
    LaunchConfigurationName: instance.launchConfigurationName,
    LaunchTemplate: template && {
      LaunchTemplateId: template.id,
      LaunchTemplateName: template.name,
      Version: template.version,
    },
    ProtectedFromScaleIn: instance.isProtected,
    ImageId: instance.imageId,
    WeightedCapacity: instance.weight === undefined ? undefined : String(instance.weight),
  };
}
