/** Multi-Region keys: the same key id and material in several Regions, each with its own policy, aliases, grants, tags. */
import type { EffectContext } from '../../../invoke/context.ts';
import type { ReadTransaction, Transaction } from '../../../store/store.ts';
import { type KeyRecord, keys } from '../key/key.ts';

type MultiRegionSet = NonNullable<KeyRecord['multiRegion']>;

/** The key and its relatives, in all Regions where they are. */
export async function relatedKeys(tx: ReadTransaction, key: KeyRecord): Promise<KeyRecord[]> {
  const { account, keyId, multiRegion } = key;
  const found = await Promise.all(
    (multiRegion?.regions ?? []).map((region) => tx.get(keys, [account, region, keyId])),
  );
  return found.filter((each) => each !== undefined);
}

/** Tells every key of the set who belongs to it. */
export function putSet(tx: Transaction, members: readonly KeyRecord[], multiRegion: MultiRegionSet): void {
  for (const member of members) tx.put(keys, { ...member, multiRegion });
}

/**
 * Takes a deleted key out of its set. Returns the primary key where it has waited for its last replica to go.
 */
export async function leaveMultiRegionSet(
  { tx }: EffectContext,
  key: KeyRecord,
): Promise<KeyRecord | undefined> {
  const { multiRegion } = key;
  if (!multiRegion) return undefined;
  const regions = multiRegion.regions.filter((region) => region !== key.region);
  const others = (await relatedKeys(tx, key)).filter(({ region }) => region !== key.region);
  putSet(tx, others, { ...multiRegion, regions });
  const primary = others.find(({ region }) => region === multiRegion.primaryRegion);
  if (primary?.state !== 'PendingReplicaDeletion' || regions.length > 1) return undefined;
  return { ...primary, multiRegion: { ...multiRegion, regions } };
}
