/** An EBS snapshot: the record, who may see it, and how AWS shows it. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { Snapshot } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { FilterFields } from '../describe/filter.ts';
import { publicSnapshot, publicSnapshots } from '../image/public-images.ts';
import { ec2Arn } from '../resource/arn.ts';
import { asSeenFrom } from '../resource/foreign-tags.ts';
import { storedKind } from '../resource/kind.ts';
import { publicAccessOf } from './public-access.ts';
import type { SnapshotRecord } from './snapshot-record.ts';
import { tierOf } from './storage-tier.ts';

/** Shown for the volume of a snapshot that was not made from one. */
export const NO_VOLUME = 'vol-ffffffff';

export const snapshots = table<SnapshotRecord>()({
  name: 'ec2.snapshots',
  key: ({ account, region, id }) => [account, region, id],
  indexes: {
    id: ({ region, id }) => [[region, id]],
    /** By who else may use it: an account, or `all`. */
    sharedWith: ({ region, createVolumePermissions }) =>
      createVolumePermissions.map((account) => [region, account]),
    blocksFrom: ({ copy }) => (copy?.blocksFrom ? [[copy.blocksFrom]] : []),
    /** Of a volume, pending or failed: what counts against its quota. */
    unfinished: ({ account, region, volumeId, state }) =>
      state === 'pending' || state === 'error' ? [[account, region, volumeId]] : [],
    failed: ({ account, region, id, failure }) => (failure?.eventId ? [[account, region, id]] : []),
  },
});

export const snapshotKind = storedKind<SnapshotRecord>({
  type: 'snapshot',
  prefix: 'snap',
  table: snapshots,
  notFound: ([id]) => new AwsError('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`),
  malformed: (id) =>
    new AwsError(
      'InvalidParameterValue',
      `Value (${id}) for parameter snapshotId is invalid. Expected: 'snap-...'.`,
    ),
  conditions: (snapshot) => ({
    'ec2:Encrypted': snapshot.encrypted,
    'ec2:Owner': snapshot.ownerAlias ?? snapshot.account,
    'ec2:ParentVolume': ec2Arn(snapshot, 'volume', snapshot.volumeId),
    'ec2:SnapshotID': snapshot.id,
    'ec2:SnapshotTime': new Date(snapshot.startedAtMs).toISOString(),
    'ec2:VolumeSize': snapshot.volumeSizeGiB,
  }),
  othersMayTag: true,
  find: findVisibleSnapshot,
});

/** What everybody may see and use of others' snapshots in a region, beside one's own. */
export async function listSharedSnapshots(tx: ReadTransaction, scope: Scope): Promise<SnapshotRecord[]> {
  const shared = await tx.find(snapshots, 'sharedWith', { prefix: [scope.region, scope.account] });
  const open = await tx.find(snapshots, 'sharedWith', { prefix: [scope.region, 'all'] });
  const stillOpen = [];
  for (const snapshot of open) if (await isOpenToAll(tx, snapshot)) stillOpen.push(snapshot);
  const all = new Set([...shared, ...stillOpen, ...publicSnapshots(scope.region)]);
  return Promise.all([...all].map((snapshot) => asSeenFrom(tx, scope, snapshot)));
}

/** A snapshot of the account's own, one that is shared with it, or a public one; in the scope's region. */
async function findVisibleSnapshot(
  tx: ReadTransaction,
  scope: Scope,
  id: string,
): Promise<SnapshotRecord | undefined> {
  const [stored] = await tx.find(snapshots, 'id', { prefix: [scope.region, id], limit: 1 });
  const found = stored ?? publicSnapshot(scope.region, id);
  return found && (await isVisibleTo(tx, found, scope.account)) ? asSeenFrom(tx, scope, found) : undefined;
}

const isVisibleTo = async (tx: ReadTransaction, snapshot: SnapshotRecord, account: string) =>
  snapshot.account === account ||
  snapshot.createVolumePermissions.includes(account) ||
  isOpenToAll(tx, snapshot);

/** Shared with everybody, and its owner has not taken that back for all snapshots at once. */
async function isOpenToAll(tx: ReadTransaction, snapshot: SnapshotRecord): Promise<boolean> {
  if (!snapshot.createVolumePermissions.includes('all')) return false;
  return (await publicAccessOf(tx, snapshot)) !== 'block-all-sharing';
}

export function mayUseSnapshot(snapshot: SnapshotRecord, account: string): boolean {
  const { createVolumePermissions: allowed } = snapshot;
  return snapshot.account === account || allowed.includes(account) || allowed.includes('all');
}

export const transferType = ({ completionMinutes }: SnapshotRecord) =>
  completionMinutes === undefined ? 'standard' : 'time-based';

/** As the reply to its creation shows it: what is decided later is not there yet. */
export function showNewSnapshot(snapshot: SnapshotRecord): Snapshot {
  const { KmsKeyId: _key, StorageTier: _tier, TransferType: _type, ...shown } = showSnapshot(snapshot);
  return { ...shown, Progress: '', Tags: [...snapshot.tags] };
}

export function showSnapshot(snapshot: SnapshotRecord): Snapshot {
  return {
    SnapshotId: snapshot.id,
    VolumeId: snapshot.volumeId,
    State: snapshot.state,
    StateMessage: snapshot.stateMessage,
    StartTime: snapshot.startedAtMs,
    CompletionTime: snapshot.completedAtMs,
    Progress: `${snapshot.progressPercent}%`,
    OwnerId: snapshot.account,
    OwnerAlias: snapshot.ownerAlias,
    Description: snapshot.description,
    VolumeSize: snapshot.volumeSizeGiB,
    Encrypted: snapshot.encrypted,
    KmsKeyId: snapshot.kmsKeyId,
    StorageTier: tierOf(snapshot),
    RestoreExpiryTime: snapshot.tiering?.restoreExpiresAtMs,
    TransferType: transferType(snapshot),
    CompletionDurationMinutes: snapshot.completionMinutes,
    FullSnapshotSizeInBytes: snapshot.fullSizeBytes,
    Tags: snapshot.tags.length > 0 ? [...snapshot.tags] : undefined,
  };
}

export const snapshotFilters: FilterFields<SnapshotRecord> = {
  description: ({ description }) => description,
  encrypted: ({ encrypted }) => encrypted,
  'owner-alias': ({ ownerAlias }) => ownerAlias,
  'owner-id': ({ account }) => account,
  progress: ({ progressPercent }) => `${progressPercent}%`,
  'snapshot-id': ({ id }) => id,
  'start-time': ({ startedAtMs }) => new Date(startedAtMs).toISOString(),
  status: ({ state }) => state,
  'storage-tier': tierOf,
  'transfer-type': transferType,
  'volume-id': ({ volumeId }) => volumeId,
  'volume-size': ({ volumeSizeGiB }) => volumeSizeGiB,
};
