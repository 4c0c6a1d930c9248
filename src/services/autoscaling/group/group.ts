/** An Auto Scaling group: the record, its table, and the check for an action on one. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, resolved } from '../../../invoke/verdict.ts';
import type {
  AvailabilityZoneImpairmentPolicy,
  CreateAutoScalingGroupType,
  MixedInstancesPolicy,
  UpdateAutoScalingGroupType,
} from '../../../shapes/generated/autoscaling.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { validationError } from '../errors.ts';
import type { ScalingProcess } from '../process/scaling-process.ts';

export interface GroupTag {
  readonly Key: string;
  readonly Value: string;
  readonly PropagateAtLaunch: boolean;
}

export interface TemplateSource {
  readonly id: string;
  readonly name: string;
  /** A number, `$Latest` or `$Default`, as it was asked for; absent where none was, which stands for `$Default`. */
  readonly version?: string;
}

/** What instances are launched from. */
export type LaunchSource =
  | { readonly kind: 'configuration'; readonly name: string }
  | { readonly kind: 'template'; readonly template: TemplateSource }
  | { readonly kind: 'mixed'; readonly template: TemplateSource; readonly policy: MixedInstancesPolicy };

/** What creating and updating a group have in common. */
export type GroupRequest = Partial<CreateAutoScalingGroupType> | UpdateAutoScalingGroupType;

export type CapacityUnit = 'units' | 'vcpu' | 'memory-mib';
export type DeletionProtection = 'none' | 'prevent-force-deletion' | 'prevent-all-deletion';

/** How much of its desired capacity a group has at least, and at most, while it replaces instances. */
export interface HealthyRange {
  readonly minPercentage: number;
  readonly maxPercentage: number;
}

/** What a request may set, and a later one change; what is absent nobody has set. */
export interface GroupSettings {
  readonly defaultCooldownSeconds: number;
  readonly healthCheckType: string;
  readonly healthCheckGraceSeconds: number;
  readonly terminationPolicies: readonly string[];
  readonly protectsNewInstances: boolean;
  readonly serviceRoleArn: string;
  readonly context?: string;
  readonly defaultWarmupSeconds?: number;
  readonly rebalancesCapacity?: boolean;
  readonly maxLifetimeSeconds?: number;
  readonly maintenance?: HealthyRange;
  readonly zoneDistribution?: 'balanced-best-effort' | 'balanced-only';
  readonly zoneImpairment?: AvailabilityZoneImpairmentPolicy;
  readonly reservationPreference?: string;
  readonly placementGroup?: string;
  readonly deletionProtection?: DeletionProtection;
  readonly capacityUnit?: CapacityUnit;
}

/** Instances that are kept ready for a group (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html). */
export interface WarmPool {
  readonly state: 'Stopped' | 'Running';
  readonly minSize: number;
  /** How many the group and its pool have together; as many as the group may grow to, where nothing is said. */
  readonly maxPrepared?: number;
  readonly reusesOnScaleIn?: boolean;
  readonly isDeleting?: boolean;
}

export interface GroupRecord extends Scope, GroupSettings {
  readonly name: string;
  readonly id: string;
  readonly createdAtMs: number;
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredCapacity: number;
  readonly zones: readonly string[];
  /** Of each zone in turn; absent of groups that were imported, or made before ids were kept. */
  readonly zoneIds?: readonly string[];
  /** Empty for a group that launches into the default subnets of its zones. */
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
  readonly source: LaunchSource;
  /** Of what topics are told, by the topic's ARN. */
  readonly notifications?: Readonly<Record<string, readonly string[]>>;
  readonly suspended: Partial<Readonly<Record<ScalingProcess, string>>>;
  readonly tags: readonly GroupTag[];
  readonly metrics: readonly string[];
  readonly warmPool?: WarmPool;
  /** Set once it is to be deleted together with its instances. */
  readonly isDeleting?: boolean;
  /** What changed the desired capacity last, for the cause of the next activities; absent once they have named it. */
  readonly pendingCause?: string;
  /** Launches or terminations that fail, one after another: none is tried before `retryAtMs`. */
  readonly backoff?: {
    readonly failures: number;
    readonly sinceMs: number;
    readonly retryAtMs: number;
    /** Zones that had no room for a launch. */
    readonly fullZones?: readonly string[];
  };
  /** When the last scaling policy's cooldown ends. */
  readonly coolsUntilMs?: number;
}

export const groups = table<GroupRecord>()({
  name: 'autoscaling.groups',
  key: ({ account, region, name }) => [account, region, name],
  indexes: {
    serviceRole: ({ serviceRoleArn }) => [[serviceRoleArn]],
    launchConfiguration: ({ account, region, source }) =>
      source.kind === 'configuration' ? [[account, region, source.name]] : [],
  },
});

export const findGroup = (tx: ReadTransaction, { account, region }: Scope, name: string) =>
  tx.get(groups, [account, region, name]);

export const groupArn = ({
  account,
  region,
  id,
  name,
}: Pick<GroupRecord, 'account' | 'region' | 'id' | 'name'>) =>
  formatArn({
    service: 'autoscaling',
    region,
    account,
    resource: `autoScalingGroup:${id}:autoScalingGroupName/${name}`,
  });

export const groupNotFound = (name: string) =>
  validationError(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);

/** The operations that resize a group have another sentence for it. */
const RESIZING = ['SetDesiredCapacity', 'UpdateAutoScalingGroup'];

/** The check for an action on a group that must exist; a missing one is reported only after authorization. */
export async function groupCheck(
  context: ResolveContext,
  action: string,
  nameOrArn: string | undefined,
  conditions?: () => ConditionValues,
): Promise<Check<GroupRecord>> {
  const { tx, account, region } = context;
  const name = groupName(nameOrArn ?? '*');
  const group = await findGroup(tx, context, name);
  return resolved(
    {
      action: `autoscaling:${action}`,
      resource: groupArn(group ?? { account, region, id: '*', name }),
      account,
      conditions: () => ({ ...(group && resourceTagKeys(group.tags)), ...conditions?.() }),
    },
    group,
    () =>
      RESIZING.includes(action)
        ? validationError('AutoScalingGroup name not found - null')
        : groupNotFound(name),
  );
}

/** Groups are named by name or, as everywhere in this API, by ARN. */
export const groupName = (nameOrArn: string) =>
  /^arn:.*:autoScalingGroupName\/(.*)$/.exec(nameOrArn)?.[1] ?? nameOrArn;

function resourceTagKeys(tags: readonly Pick<GroupTag, 'Key' | 'Value'>[]): ConditionValues {
  return Object.fromEntries(
    tags.flatMap(({ Key, Value }) => [
      [`autoscaling:ResourceTag/${Key}`, Value],
      [`aws:ResourceTag/${Key}`, Value],
    ]),
  );
}
