/** Multi-Region keys: the same key id and material in several Regions, each with its own policy, aliases, grants, tags. */
import { REGIONS } from '../../../aws/regions.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import type { ReadTransaction, Transaction } from '../../../store/store.ts';
import { alreadyExists, validation } from '../errors.ts';
import { type KeyRecord, keyArn, keys, multiRegionKeyType } from '../key/key.ts';
import { kms } from '../kms.ts';
import { recordServiceEvent } from '../service-event.ts';

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

/** Ends the transitional state of a key. On AWS, creating a replica or changing the primary takes some seconds. */
export function scheduleSettling(context: EffectContext, { account, region, keyId }: KeyRecord): void {
  context.schedule(settleKeyStep, { account, region, keyId }, { delayMs: context.ports.delays.scaled(3000) });
}

const settleKeyStep = workflowRef<Pick<KeyRecord, 'account' | 'region' | 'keyId'>>('kms.key.settle');

export const settleKeyWorkflow = workflow(
  settleKeyStep,
  kms,
  async (_context, { account, region, keyId }) =>
    async (context) => {
      const { tx } = context;
      const key = await tx.get(keys, [account, region, keyId]);
      if (key?.state === 'Creating') {
        tx.put(keys, { ...key, state: key.origin === 'EXTERNAL' ? 'PendingImport' : 'Enabled' });
        await recordSynchronization(context, key);
      } else if (key?.state === 'Updating') {
        tx.put(keys, { ...key, state: 'Enabled' });
        if (isPrimary(key)) await recordSynchronization(context, key);
      }
    },
);

/**
 * KMS has brought what the keys of a set share from the primary key to its replicas. The record names the primary key alone
 * (https://docs.aws.amazon.com/kms/latest/developerguide/ct-synchronize-multi-region-key.html).
 */
export async function recordSynchronization(context: EffectContext, member: KeyRecord): Promise<void> {
  const { account, keyId, multiRegion } = member;
  const primary = multiRegion && (await context.tx.get(keys, [account, multiRegion.primaryRegion, keyId]));
  if (!primary) return;
  const responseElements = { keyId: keyArn(primary) };
  recordServiceEvent(context, primary, {
    eventName: 'SynchronizeMultiRegionKey',
    responseElements,
    isCall: true,
  });
}

/** What the names of Regions of other partitions begin with. */
const FOREIGN_PARTITIONS = ['cn-', 'us-gov-', 'us-iso', 'eu-iso', 'eusc-'];

/** Throws where no replica of the key can be in the Region. */
export function requireReplicaRegion({ multiRegion }: KeyRecord, region: string): void {
  if (region === multiRegion?.primaryRegion) {
    throw validation(`${region} cannot have a replica because it contains the primary.`);
  }
  if (FOREIGN_PARTITIONS.some((prefix) => region.startsWith(prefix))) {
    throw validation('The replica key Region must be in the same AWS partition as the primary key Region.');
  }
  if (!REGIONS.some(({ name }) => name === region)) {
    throw validation(
      `Region ${region} is not a valid Region or multi-Region keys are not supported in Region ${region}.`,
    );
  }
  if (multiRegion?.regions.includes(region)) {
    throw alreadyExists('You can create only one replica of each primary key in each AWS Region.');
  }
}

export const isPrimary = (key: KeyRecord) => multiRegionKeyType(key) === 'PRIMARY';
