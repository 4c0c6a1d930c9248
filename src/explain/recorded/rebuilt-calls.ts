/**
 * Calls of a real account as they could be made again, from what CloudTrail has of their parameters: so that they are rehearsed
 * as calls that were made here. Those of EC2 by which volumes and their keys come into use.
 */
import type { TrailRecord } from '../../import/cloudtrail/use.ts';
import type { Caller } from '../../invoke/caller.ts';
import type { Operation } from '../../invoke/operation.ts';
import type { Registry } from '../../invoke/registry.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';
import { signedIn } from '../../rehearsal/maker.ts';

export interface RebuiltCall {
  readonly caller: Caller;
  readonly operation: Operation;
  readonly input: object;
}

type Parameters = Readonly<Record<string, unknown>>;

const INPUTS: Readonly<Record<string, (parameters: Parameters) => object | undefined>> = {
  StartInstances({ instancesSet }) {
    const items = (instancesSet as { items?: { instanceId?: string }[] } | undefined)?.items ?? [];
    const InstanceIds = items.flatMap(({ instanceId }) => instanceId ?? []);
    return InstanceIds.length > 0 ? { InstanceIds } : undefined;
  },
  AttachVolume: ({ volumeId, instanceId, device }) => ({
    VolumeId: volumeId,
    InstanceId: instanceId,
    Device: device,
  }),
  CreateVolume: (given) => ({
    AvailabilityZone: given.zone ?? given.availabilityZone,
    Size: given.size === undefined ? undefined : Number(given.size),
    SnapshotId: given.snapshotId,
    Encrypted: given.encrypted,
    KmsKeyId: given.kmsKeyId ?? given.masterEncryptionKeyId,
    VolumeType: given.volumeType,
  }),
};

/** Undefined for a call whose parameters are not recorded, or not understood. */
export function rebuiltCall(
  registry: Registry,
  event: TrailRecord,
  principal: PolicyPrincipal,
): RebuiltCall | undefined {
  const { eventSource, eventName = '', requestParameters, awsRegion = 'us-east-1', eventTime = '' } = event;
  if (eventSource !== 'ec2.amazonaws.com' || event.userIdentity?.invokedBy || !('account' in principal))
    return undefined;
  const operation = registry.operation('ec2', eventName);
  const input =
    Object.hasOwn(INPUTS, eventName) && requestParameters
      ? INPUTS[eventName]?.(requestParameters)
      : undefined;
  return (
    operation && input && { caller: signedIn(principal, awsRegion, Date.parse(eventTime)), operation, input }
  );
}
