/**
 * EC2's snapshots as the EBS direct APIs see them: EC2 keeps the records and implements this, EBS reads and fills them
 * block by block.
 */
import type { Scope } from '../../aws/scope.ts';
import type { ReadTransaction } from '../../store/store.ts';
import type { CallContext, EffectContext } from '../context.ts';

/** A data key as it is stored: under a KMS key, with the value of `aws:ebs:id` in its encryption context. */
export interface WrappedDataKey {
  readonly keyArn: string;
  readonly ciphertextBase64: string;
  readonly contextId: string;
}

export interface DirectSnapshot {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly volumeSizeGiB: number;
  readonly description: string;
  readonly state: 'pending' | 'completed' | 'error';
  readonly startedAtMs: number;
  readonly encrypted: boolean;
  readonly dataKey?: WrappedDataKey;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** The accounts that it is shared with, and `all`. */
  readonly createVolumePermissions: readonly string[];
  readonly tiering?: { readonly tier: 'standard' | 'archive' };
}

export interface SnapshotDirectory {
  /** One of the account's own, of those shared with it, or a public one. */
  find(tx: ReadTransaction, scope: Scope, id: string): Promise<DirectSnapshot | undefined>;
  /** Before its blocks are made: if `start` does not follow, they are freed. */
  announce(ctx: CallContext, id: string): Promise<void>;
  /** A new, pending snapshot of the context's account and region. */
  start(
    context: EffectContext,
    snapshot: Pick<DirectSnapshot, 'id' | 'volumeSizeGiB' | 'description' | 'encrypted' | 'dataKey' | 'tags'>,
  ): DirectSnapshot;
  progress(context: EffectContext, id: string, percent: number): Promise<void>;
  /** Ends `pending`, a little later. */
  complete(context: EffectContext, id: string): void;
  fail(context: EffectContext, id: string, message: string): Promise<void>;
  encryptsByDefault(tx: ReadTransaction, scope: Scope): Promise<boolean>;
  /** The account's default key for EBS, made on first use. */
  defaultKeyArn(ctx: CallContext): Promise<string>;
}
