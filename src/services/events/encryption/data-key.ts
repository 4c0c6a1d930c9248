/**
 * What EventBridge asks of KMS for a bus under a customer managed key: in its own name, for the bus, whose ARN is the
 * encryption context (aws-facts D6.8). It is asked each time, while AWS keeps data keys for half a minute.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call, WorkflowContext } from '../../../invoke/context.ts';
import { ciphertextOf, type WrappedKey, wrappedKey } from '../../../service-kit/wrapped-key.ts';
import { type BusPlace, busArn, buses, findBus } from '../bus/bus.ts';
import { EVENTBRIDGE } from '../events.ts';

/** Ready for use, and as it is kept. Whoever has asked for one wipes it. */
export interface DataKey {
  readonly plaintext: Uint8Array;
  readonly wrapped: WrappedKey;
}

export const contextOf = (bus: BusPlace) => ({ 'aws:events:event-bus:arn': busArn(bus) });

export const asEventBridge = (ctx: WorkflowContext, bus: BusPlace): Call =>
  ctx.asService({ ...EVENTBRIDGE, sourceArn: busArn(bus), account: bus.account }).call;

export async function newDataKey(ctx: WorkflowContext, bus: BusPlace, keyArn: string): Promise<DataKey> {
  const made = await asEventBridge(ctx, bus)('kms', 'GenerateDataKey', {
    KeyId: keyArn,
    KeySpec: 'AES_256',
    EncryptionContext: contextOf(bus),
  });
  return { plaintext: made.Plaintext as Uint8Array, wrapped: wrappedKey(made) };
}

/** For what comes to the bus; undefined where it is under no key of the customer's. */
export async function dataKeyOfBus(ctx: WorkflowContext, place: BusPlace): Promise<DataKey | undefined> {
  const bus = await ctx.read((tx) => findBus(tx, place));
  return bus?.encryption && newDataKey(ctx, bus, bus.encryption.keyArn);
}

export async function openDataKey(ctx: WorkflowContext, bus: BusPlace, key: WrappedKey): Promise<Uint8Array> {
  const { Plaintext } = await asEventBridge(ctx, bus)('kms', 'Decrypt', {
    KeyId: key.keyArn,
    CiphertextBlob: ciphertextOf(key),
    EncryptionContext: contextOf(bus),
  });
  return Plaintext as Uint8Array;
}

/** Undefined where KMS refused, which is on record. */
export const unlessRefused = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error;
    return undefined;
  });

/** The same data key under another KMS key. */
export async function reWrapped(
  ctx: WorkflowContext,
  bus: BusPlace,
  key: WrappedKey,
  keyArn: string,
): Promise<WrappedKey> {
  const made = await asEventBridge(ctx, bus)('kms', 'ReEncrypt', {
    SourceKeyId: key.keyArn,
    CiphertextBlob: ciphertextOf(key),
    SourceEncryptionContext: contextOf(bus),
    DestinationKeyId: keyArn,
    DestinationEncryptionContext: contextOf(bus),
  });
  return wrappedKey(made);
}

/** Rejects with KMS's error where EventBridge may not read what is under a bus's or an archive's key. */
export async function requireReadable(
  ctx: WorkflowContext,
  bus: BusPlace,
  dataKey: WrappedKey | undefined,
): Promise<void> {
  if (dataKey) (await openDataKey(ctx, bus, dataKey)).fill(0);
}

export const isReadable = async (
  ctx: WorkflowContext,
  bus: BusPlace,
  dataKey: WrappedKey | undefined,
): Promise<boolean> =>
  (await unlessRefused(requireReadable(ctx, bus, dataKey).then(() => true as const))) ?? false;

/** Whether EventBridge may match and run the rules of a bus, which are under its key. */
export async function readsRules(ctx: WorkflowContext, bus: BusPlace): Promise<boolean> {
  const found = await ctx.read((tx) => tx.get(buses, [bus.account, bus.region, bus.name]));
  return isReadable(ctx, bus, found?.encryption?.dataKey);
}
