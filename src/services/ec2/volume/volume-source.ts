/**
 * Where a new volume's blocks and data key come from: blank, or a snapshot, each encrypted or not
 * (aws-facts B2 to B5). Used alike by CreateVolume and by launches.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext, WorkflowContext } from '../../../invoke/context.ts';
import {
  generateDataKey,
  grantToService,
  openForService,
  reEncryptDataKey,
  type WrappedKey,
} from '../encryption/data-key.ts';
import { defaultKeyArn, namedKeyArn } from '../encryption/key-choice.ts';
import { type Attempt, hasFailed, type KmsFailure } from '../encryption/kms-failure.ts';
import { sharedSource } from '../snapshot/shared-snapshot-event.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import type { VolumeCreation, VolumeRecord } from './volume.ts';
import { deleteBlocks, deleteSnapshotBlocks } from './volume-blocks.ts';
import { GIB } from './volume-type.ts';

export interface EncryptionRequest {
  readonly encrypted?: boolean;
  readonly kmsKeyId?: string;
}

/** Under which key a volume is created; undefined for an unencrypted one. */
export type KeyChoice =
  | { readonly from: 'request'; readonly keyId: string }
  | { readonly from: 'default' | 'source' };

export function requireSnapshotId(id: string): string {
  if (/^snap-[0-9a-f]+$/.test(id)) return id;
  throw new AwsError('InvalidSnapshotID.Malformed', `Value ( ${id} ) for parameter SNAPSHOT is invalid. `);
}

/** The rule of aws-facts B2.4. Throws for requests that contradict themselves or the snapshot. */
export function chooseKey(
  account: string,
  { encrypted, kmsKeyId }: EncryptionRequest,
  snapshot: SnapshotRecord | undefined,
  byDefault: boolean,
  parameter = '[KmsKeyId]',
): KeyChoice | undefined {
  if (kmsKeyId !== undefined && !encrypted) {
    throw new AwsError(
      'InvalidParameterDependency',
      `The parameter ${parameter} requires the parameter Encrypted to be set.`,
    );
  }
  if (snapshot?.encrypted && encrypted === false) {
    throw new AwsError(
      'InvalidParameterCombination',
      'EncryptedVolume parameter [false] is inconsistent with snapshot encryption state [true]',
    );
  }
  if (!encrypted && !byDefault && !snapshot?.encrypted) return undefined;
  if (kmsKeyId !== undefined) return { from: 'request', keyId: kmsKeyId };
  return { from: snapshot?.encrypted && snapshot.account === account ? 'source' : 'default' };
}

/** What a creation has to go on with after KMS was asked. `kmsKeyId` is there even where KMS refused. */
export interface PreparedSource {
  readonly kmsKeyId?: string;
  readonly dataKey?: WrappedKey;
  readonly creation: VolumeCreation;
}

/** Asks KMS for the volume's data key, in the caller's name and in AWS's order. Never throws for what KMS refuses. */
export async function prepareSource(
  ctx: CallContext,
  volumeId: string,
  choice: KeyChoice | undefined,
  snapshot: SnapshotRecord | undefined,
): Promise<PreparedSource> {
  // Public images have no blocks here: a volume from one starts empty.
  const begun = {
    requestId: ctx.requestId,
    blocksFrom: snapshot?.hasBlocks ? snapshot.id : undefined,
    shared: sharedSource(ctx, snapshot),
  };
  if (!choice) return { creation: begun };
  const keyId = await keyOf(ctx, choice, snapshot);
  const failed = (failure: KmsFailure): PreparedSource => ({
    kmsKeyId: keyId,
    creation: { ...begun, failure },
  });

  let sourceKey: WrappedKey | undefined;
  if (snapshot?.dataKey) {
    const rewrapped = await reEncryptDataKey(ctx, snapshot.dataKey, keyId, volumeId);
    if (hasFailed(rewrapped)) return failed(rewrapped.failure);
    sourceKey = rewrapped.value;
    // One's own under the same key: the data key stays, and the blocks are shared (aws-facts B4, B5).
    if (snapshot.account === ctx.account && sourceKey.keyArn === snapshot.dataKey.keyArn) {
      return { kmsKeyId: sourceKey.keyArn, dataKey: sourceKey, creation: begun };
    }
  }
  const made = await generateDataKey(ctx, keyId, volumeId);
  if (hasFailed(made)) return failed(made.failure);
  const dataKey = made.value;
  const { keyArn } = dataKey;
  if (!snapshot) return { kmsKeyId: keyArn, dataKey, creation: begun };
  const granted = await grantToService(ctx, dataKey);
  if (hasFailed(granted)) return failed(granted.failure);
  return {
    kmsKeyId: keyArn,
    dataKey,
    creation: { ...begun, sourceKey, copiesBlocks: true, grant: granted.value },
  };
}

async function keyOf(
  ctx: CallContext,
  choice: KeyChoice,
  snapshot: SnapshotRecord | undefined,
): Promise<string> {
  if (choice.from === 'request') return namedKeyArn(ctx, choice.keyId);
  if (choice.from === 'source') return snapshot!.dataKey!.keyArn;
  return defaultKeyArn(ctx);
}

/**
 * Makes the volume's blocks at the block host. EBS opens the data keys of a copy through its grant, which is retired
 * after. Idempotent: a volume that an interrupted attempt left is made anew.
 */
export async function makeBlocks(
  ctx: WorkflowContext,
  volume: Pick<VolumeRecord, 'id' | 'sizeGiB' | 'encrypted' | 'dataKey' | 'creation'>,
): Promise<Attempt<undefined>> {
  const { blocks } = ctx.ports;
  const { id: volumeId, encrypted, dataKey, creation } = volume;
  const sizeBytes = volume.sizeGiB * GIB;
  const source = creation?.blocksFrom;
  if (creation?.hasBlocks) return { value: undefined };
  await deleteBlocks(ctx.ports, volumeId);
  if (!creation?.copiesBlocks) {
    await blocks.createVolume({ volumeId, sizeBytes, encrypted, snapshotId: source });
    return { value: undefined };
  }
  const target = await openForService(ctx, dataKey!);
  if (hasFailed(target)) return target;
  const opened = creation.sourceKey ? await openForService(ctx, creation.sourceKey) : undefined;
  if (opened && hasFailed(opened)) {
    target.value.fill(0);
    return opened;
  }
  if (source) {
    const copyId = `${volumeId}-copy`;
    await deleteSnapshotBlocks(ctx.ports, copyId);
    await blocks.copySnapshot({
      sourceSnapshotId: source,
      snapshotId: copyId,
      sourceKey: opened?.value,
      targetKey: target.value,
    });
    await blocks.createVolume({ volumeId, sizeBytes, encrypted, snapshotId: copyId });
    await blocks.deleteSnapshot(copyId);
  } else {
    for (const key of [target.value, opened?.value]) key?.fill(0);
    await blocks.createVolume({ volumeId, sizeBytes, encrypted });
  }
  return { value: undefined };
}
