/**
 * Enables fast restores of snapshots, own and shared, in Availability Zones
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableFastSnapshotRestores.html). KMS is not asked (aws-facts F53).
 */
import type { ExecuteContext } from '../../../invoke/context.ts';
import { ec2 } from '../ec2.ts';
import type { Zone } from '../region/region.ts';
import { resourceChecks } from '../resource/kind.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { tierOf } from '../snapshot/storage-tier.ts';
import { type FastRestoreRecord, fastRestores, isOn } from './fast-restore.ts';
import { type Outcome, outcomesOf, zonesOfRequest } from './fast-restore-request.ts';
import { enterState, USER } from './fast-restore-states.ts';

const MAX_SIZE_GIB = 16_384;
/** Of an account in a Region, own and shared ones. */
const MAX_SNAPSHOTS = 5;

export default ec2.operation('EnableFastSnapshotRestores', {
  async checks(context, input) {
    zonesOfRequest(context.region, input);
    const action = 'ec2:EnableFastSnapshotRestores';
    return { snapshots: await resourceChecks(context, snapshotKind, action, input.SourceSnapshotIds) };
  },
  execute: (context, input, { snapshots }) =>
    outcomesOf(
      snapshots.map(({ record }) => record),
      zonesOfRequest(context.region, input),
      (snapshot, zone) => enable(context, snapshot, zone),
    ),
});

async function enable(context: ExecuteContext, snapshot: SnapshotRecord, zone: Zone): Promise<Outcome> {
  const { account, region, tx, nowMs } = context;
  const known = await tx.get(fastRestores, [account, region, snapshot.id, zone.name]);
  if (known && isOn(known)) return known;
  const own = await tx.list(fastRestores, { prefix: [account, region] });
  const others = new Set(own.filter((each) => isOn(each)).map(({ snapshotId }) => snapshotId));
  const refused = refusalOf(snapshot, others);
  if (refused) return refused;
  const begun: FastRestoreRecord = {
    ...{ account, region, snapshotId: snapshot.id, zone: zone.name, zoneId: zone.id },
    ...{ state: 'enabling', reason: USER, enteredAtMs: {}, credits: 0, creditsAtMs: nowMs },
  };
  return enterState(context, begun, 'enabling', USER);
}

function refusalOf(snapshot: SnapshotRecord, enabled: ReadonlySet<string>) {
  const { id, state, volumeSizeGiB } = snapshot;
  const invalid = (message: string) => ({ code: 'InvalidSnapshot.InvalidState', message });
  if (state === 'error') return invalid(`The snapshot '${id}' is in the 'error' state.`);
  if (tierOf(snapshot) === 'archive') return invalid(`The snapshot '${id}' is archived.`);
  if (volumeSizeGiB > MAX_SIZE_GIB) {
    return {
      code: 'InvalidParameterValue',
      message: `The snapshot '${id}' is larger than ${MAX_SIZE_GIB} GiB.`,
    };
  }
  if (enabled.has(id) || enabled.size < MAX_SNAPSHOTS) return undefined;
  return {
    code: 'ResourceLimitExceeded',
    message: `Fast snapshot restores are enabled for ${MAX_SNAPSHOTS} snapshots, which is the limit in this Region.`,
  };
}
