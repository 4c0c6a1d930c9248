/** What enabling and disabling have in common: snapshots by zones, each pair with an outcome of its own. */
import { AwsError } from '../../../aws/aws-error.ts';
import type {
  EnableFastSnapshotRestoreErrorItem,
  EnableFastSnapshotRestoresRequest,
} from '../../../shapes/generated/ec2.ts';
import { requireZone, type Zone } from '../region/region.ts';
import { type FastRestoreRecord, showFastRestore } from './fast-restore.ts';

/** Of snapshots in one request (https://github.com/pingcap/tidb/issues/48505). */
const MAX_SNAPSHOTS = 10;

export function zonesOfRequest(region: string, input: EnableFastSnapshotRestoresRequest): Zone[] {
  const {
    AvailabilityZones: names = [],
    AvailabilityZoneIds: ids = [],
    SourceSnapshotIds: snapshots,
  } = input;
  if (snapshots.length > MAX_SNAPSHOTS) {
    throw new AwsError(
      'InvalidRequest',
      `Number of values of parameter SourceSnapshotIds must be less than or equal to ${MAX_SNAPSHOTS}.`,
    );
  }
  if (names.length > 0 && ids.length > 0) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter AvailabilityZones cannot be used with the parameter AvailabilityZoneIds',
    );
  }
  if (names.length + ids.length === 0)
    throw new AwsError('MissingParameter', 'The request must contain the parameter AvailabilityZones');
  const named = [...names.map((name) => ({ name })), ...ids.map((id) => ({ id }))];
  return named.map((each) => requireZone(region, each));
}

/** A pair's outcome: the record as it is now, or why not. */
export type Outcome = FastRestoreRecord | { readonly code: string; readonly message: string };

export async function outcomesOf<S extends { readonly id: string }>(
  snapshots: readonly S[],
  zones: readonly Zone[],
  change: (snapshot: S, zone: Zone) => Promise<Outcome>,
) {
  const Successful: ReturnType<typeof showFastRestore>[] = [];
  const Unsuccessful: EnableFastSnapshotRestoreErrorItem[] = [];
  for (const snapshot of snapshots) {
    const errors: NonNullable<EnableFastSnapshotRestoreErrorItem['FastSnapshotRestoreStateErrors']> = [];
    for (const zone of zones) {
      const outcome = await change(snapshot, zone);
      if (!('code' in outcome)) Successful.push(showFastRestore(outcome));
      else {
        const { code: Code, message: Message } = outcome;
        errors.push({ AvailabilityZone: zone.name, AvailabilityZoneId: zone.id, Error: { Code, Message } });
      }
    }
    if (errors.length > 0) {
      Unsuccessful.push({ SnapshotId: snapshot.id, FastSnapshotRestoreStateErrors: errors });
    }
  }
  return { Successful, Unsuccessful };
}
