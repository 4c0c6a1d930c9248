/** Instances as AWS groups them: those of one launch together. */
import type { Scope } from '../../../aws/scope.ts';
import type { Instance, Reservation } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { findResource } from '../resource/kind.ts';
import { type InstanceRecord, instanceKind } from './instance.ts';
import { type InstanceRelations, readInstanceRelations } from './instance-relations.ts';
import { showInstance } from './show-instance.ts';

/** The reservation of a launch, for its reply. */
export async function showReservation(
  tx: ReadTransaction,
  scope: Scope,
  ids: readonly string[],
): Promise<Reservation> {
  const found = await Promise.all(ids.map((id) => findResource(tx, instanceKind, scope, id)));
  const records = found.filter((record) => record !== undefined);
  const relations = await readInstanceRelations(tx, scope, ids.length === 1 ? ids[0] : undefined);
  const [reservation] = reservationsOf(records, relations);
  if (!reservation) return { OwnerId: scope.account, Groups: [], Instances: [] };
  return { ...reservation, Instances: reservation.Instances?.map(asLaunched) };
}

/**
 * What shows only later: volumes on their way, interfaces attached, a public address, and what the launch is billed as
 * (aws-facts F26, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html).
 */
function asLaunched(instance: Instance): Instance {
  return {
    ...instance,
    BlockDeviceMappings: [],
    PublicDnsName: '',
    PublicIpAddress: undefined,
    NetworkInterfaces: instance.NetworkInterfaces?.map((each) => ({
      ...each,
      Attachment: each.Attachment && { ...each.Attachment, Status: 'attaching' },
      Association: undefined,
      PrivateIpAddresses: each.PrivateIpAddresses?.map((address) => ({ ...address, Association: undefined })),
    })),
    HibernationOptions: undefined,
    PlatformDetails: undefined,
    UsageOperation: undefined,
    UsageOperationUpdateTime: undefined,
  };
}

export function reservationsOf(
  records: readonly InstanceRecord[],
  relations: InstanceRelations,
): Reservation[] {
  const byReservation = Map.groupBy(records, ({ reservationId }) => reservationId);
  return [...byReservation].map(([reservationId, members]) => ({
    ReservationId: reservationId,
    OwnerId: members[0]!.account,
    Groups: [],
    Instances: members
      .sort((one, other) => one.launchIndex - other.launchIndex)
      .map((instance) => showInstance(instance, relations)),
  }));
}
