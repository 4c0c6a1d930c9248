/**
 * Starts stopped instances (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html). For each
 * encrypted volume EC2 makes the instance a grant in the caller's name. When KMS refuses, the call succeeds all the
 * same: the instance goes to `pending`, and back to `stopped` (aws-facts B6, C1).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext, ResolveContext } from '../../../invoke/context.ts';
import { reservationFor, wantedOf } from '../capacity-reservation/launch-reservation.ts';
import { ec2 } from '../ec2.ts';
import { grantToInstance, type VolumeGrant } from '../encryption/data-key.ts';
import { hasFailed, type KmsFailure } from '../encryption/kms-failure.ts';
import { scheduleRetirement } from '../encryption/retire-grants.ts';
import { requireRoom } from '../placement-group/placement.ts';
import { placementGroupKind } from '../placement-group/placement-group.ts';
import { findResource, resourceChecks } from '../resource/kind.ts';
import { requireStartable } from '../spot/spot-instance.ts';
import { volumeKind, volumesOf, withAttachment } from '../volume/volume.ts';
import { changeState, type InstanceRecord, instanceKind } from './instance.ts';
import { changePublicIps } from './instance-interfaces.ts';
import { PENDING, requireState, showState } from './instance-state.ts';
import { findInstanceType } from './instance-type.ts';
import { schedulePowerOn } from './power-on-workflow.ts';

interface Prepared {
  readonly instanceId: string;
  /** By volume id. */
  readonly grants: Readonly<Record<string, VolumeGrant>>;
  readonly failure?: KmsFailure;
}

export default ec2.operation('StartInstances', {
  async checks(context, input) {
    return {
      instances: await resourceChecks(context, instanceKind, 'ec2:StartInstances', input.InstanceIds),
    };
  },

  async preconditions(context, _input, { instances }) {
    for (const { record } of instances) {
      requireState(record, ['stopped', 'pending', 'running'], 'started');
      if (record.state !== 'stopped') continue;
      requireRunnable(record);
      await requireStartable(context, record);
      await requireCapacityAgain(context, record);
      const volumes = await volumesOf(context.tx, context, record.id);
      const hasRoot = volumes.some(({ attachments }) =>
        attachments.some(
          ({ instanceId, device }) => instanceId === record.id && device === record.rootDeviceName,
        ),
      );
      if (hasRoot) continue;
      throw new AwsError(
        'IncorrectInstanceState',
        `Invalid value '${record.id}' for instanceId. Instance does not have a volume attached at root (${record.rootDeviceName})`,
      );
    }
  },

  async calls(ctx, _input, { instances }) {
    const prepared: Prepared[] = [];
    for (const { record } of instances) {
      if (record.state === 'stopped') prepared.push(await prepare(ctx, record));
    }
    return prepared;
  },

  async execute(context, _input, { instances }, prepared) {
    const changes = [];
    // Another call may have started an instance while KMS was asked: the grants made for this one are not needed.
    const started = new Set(instances.flatMap(({ record }) => (record.state === 'stopped' ? record.id : [])));
    const unused = prepared.filter(({ instanceId }) => !started.has(instanceId));
    scheduleRetirement(
      context,
      unused.flatMap(({ grants }) => Object.values(grants)),
      0,
    );
    for (const { record } of instances) {
      const made = prepared.find(({ instanceId }) => instanceId === record.id);
      const isStarting = record.state === 'stopped' && made !== undefined;
      changes.push({
        InstanceId: record.id,
        CurrentState: showState(isStarting ? 'pending' : record.state),
        PreviousState: showState(record.state),
      });
      if (!isStarting) continue;
      const { grants, failure } = made;
      for (const volume of await volumesOf(context.tx, context, record.id)) {
        const grant = grants[volume.id];
        context.tx.put(volumeKind.table, {
          ...withAttachment(volume, record.id, { grant }),
          failure: undefined,
        });
      }
      const starting = changeState(context, record, {
        state: 'pending',
        ...PENDING,
        launchedAtMs: context.nowMs,
        capacityReservationId: await reservationFor(context.tx, wantedOf(record), record.reservationChoice),
        failure,
      });
      await changePublicIps(context, record.id, true);
      schedulePowerOn(context, starting, { isLaunch: false });
    }
    return { StartingInstances: changes };
  },
});

/** Asks for a grant for each encrypted volume; the first refusal is enough to fail the start. */
async function prepare(ctx: CallContext, { id: instanceId }: InstanceRecord): Promise<Prepared> {
  const grants: Record<string, VolumeGrant> = {};
  for (const { id, dataKey } of await ctx.read((tx) => volumesOf(tx, ctx, instanceId))) {
    if (!dataKey) continue;
    const granted = await grantToInstance(ctx, dataKey, instanceId);
    if (hasFailed(granted)) return { instanceId, grants, failure: { ...granted.failure, volumeId: id } };
    grants[id] = granted.value;
  }
  return { instanceId, grants };
}

/** A stopped instance has given up its place, which others may have taken since. */
async function requireCapacityAgain({ tx }: ResolveContext, record: InstanceRecord): Promise<void> {
  const { placement, zone } = record;
  const group = placement && (await findResource(tx, placementGroupKind, record, placement.groupId));
  if (group) await requireRoom(tx, group, zone, 1);
  await reservationFor(tx, wantedOf(record), record.reservationChoice);
}

/** What was changed while it was stopped is looked at when it starts: the type must run its image, EBS-optimized or not (aws-facts F21). */
function requireRunnable({ type: name, architecture, ebsOptimized }: InstanceRecord): void {
  const type = findInstanceType(name);
  if (!type) return;
  // By default the type decides; asked for where there is none, it cannot be had.
  const isOptimizable = !ebsOptimized || type.isEbsOptimizable;
  if (type.architectures.includes(architecture) && isOptimizable) return;
  throw new AwsError(
    'Unsupported',
    'The requested configuration is currently not supported. Please check the documentation for supported configurations.',
  );
}
