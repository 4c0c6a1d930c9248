/**
 * A volume's data key: made and wrapped by KMS under the volume's key with the encryption context `aws:ebs:id`, kept
 * wrapped, and opened by EC2's infrastructure when the volume is attached (aws-facts B1). What the caller asks for
 * here is asked in the caller's name.
 */
import { ebsContext } from '../../../aws/ebs-context.ts';
import type { Call, CallContext, CallOptions, WorkflowContext } from '../../../invoke/context.ts';
import type { WrappedDataKey } from '../../../invoke/ports/snapshot-directory.ts';
import type { GrantConstraints } from '../../../shapes/generated/kms.ts';
import { type Attempt, attempt } from './kms-failure.ts';

/** AES-256-XTS: two keys of 256 bits. */
const DATA_KEY_BYTES = 64;
const ALGORITHM = 'SYMMETRIC_DEFAULT' as const;

export type WrappedKey = WrappedDataKey;

/** A grant that EC2 had made for a volume. */
export interface VolumeGrant {
  readonly grantId: string;
  readonly keyArn: string;
}

const wrapped = (keyArn: string, contextId: string, blob: Uint8Array): WrappedKey => ({
  keyArn,
  contextId,
  ciphertextBase64: Buffer.from(blob).toString('base64'),
});
const ciphertext = (key: WrappedKey) => new Uint8Array(Buffer.from(key.ciphertextBase64, 'base64'));

/** EC2 and EBS in one region, as a principal of grants and key policies. */
export const servicePrincipal = (region: string) => `ec2.${region}.amazonaws.com`;

export function generateDataKey(ctx: CallContext, keyId: string, id: string): Promise<Attempt<WrappedKey>> {
  return attempt('GenerateDataKeyWithoutPlaintext', keyId, async () => {
    const made = await ctx.call('kms', 'GenerateDataKeyWithoutPlaintext', {
      KeyId: keyId,
      EncryptionContext: ebsContext(id),
      NumberOfBytes: DATA_KEY_BYTES,
    });
    return wrapped(made.KeyId!, id, made.CiphertextBlob!);
  });
}

/** The same data key under `keyId` for `id`: what lets blocks be shared, or be read once for a copy. */
export function reEncryptDataKey(
  ctx: CallContext,
  source: WrappedKey,
  keyId: string,
  id: string,
): Promise<Attempt<WrappedKey>> {
  return attempt('ReEncrypt', keyId, async () => {
    const made = await ctx.call('kms', 'ReEncrypt', {
      CiphertextBlob: ciphertext(source),
      SourceKeyId: source.keyArn,
      SourceEncryptionContext: ebsContext(source.contextId),
      SourceEncryptionAlgorithm: ALGORITHM,
      DestinationKeyId: keyId,
      DestinationEncryptionContext: ebsContext(id),
      DestinationEncryptionAlgorithm: ALGORITHM,
    });
    return wrapped(made.KeyId!, id, made.CiphertextBlob!);
  });
}

/** Lets one instance open the volume's data key, until the grant is retired (aws-facts B2.4, B6). */
export function grantToInstance(
  ctx: CallContext,
  key: WrappedKey,
  instanceId: string,
): Promise<Attempt<VolumeGrant>> {
  const grantee = `arn:aws:sts::${ctx.account}:assumed-role/aws:ec2-infrastructure/${instanceId}`;
  return createGrant(ctx, key, {
    grantee,
    constraints: { EncryptionContextSubset: ebsContext(key.contextId) },
  });
}

/** Lets EBS open the data key while it writes an encrypted copy (aws-facts B2.2, B4). */
export function grantToService(ctx: CallContext, key: WrappedKey): Promise<Attempt<VolumeGrant>> {
  const grantee = servicePrincipal(ctx.region);
  return createGrant(ctx, key, {
    grantee,
    constraints: { EncryptionContextSubset: ebsContext(key.contextId) },
  });
}

/** Lets EBS open a data key of a snapshot copy, in the region of its KMS key (aws-facts B8). */
export function grantForCopy(
  ctx: CallContext,
  key: WrappedKey,
  region: string,
  options: CallOptions = {},
): Promise<Attempt<VolumeGrant>> {
  const grantee = servicePrincipal(region);
  const constraints = { EncryptionContextEquals: ebsContext(key.contextId) };
  return createGrant(ctx, key, { grantee, constraints }, { ...options, region });
}

function createGrant(
  ctx: CallContext,
  { keyArn }: WrappedKey,
  { grantee, constraints }: { grantee: string; constraints: GrantConstraints },
  options?: CallOptions,
): Promise<Attempt<VolumeGrant>> {
  return attempt('CreateGrant', keyArn, async () => {
    const input = {
      KeyId: keyArn,
      GranteePrincipal: grantee,
      RetiringPrincipal: servicePrincipal(options?.region ?? ctx.region),
      Operations: ['Decrypt' as const],
      Constraints: constraints,
    };
    const grant = await ctx.call('kms', 'CreateGrant', input, options);
    return { grantId: grant.GrantId!, keyArn };
  });
}

/**
 * The plaintext data key, for the block host and nobody else. The instance's session may only through its grant, and
 * its call is recorded under the id of the request that attaches the volume.
 */
export function openForInstance(
  ctx: WorkflowContext,
  key: WrappedKey,
  instanceId: string,
): Promise<Attempt<Uint8Array>> {
  return decrypt(ctx.asInfrastructure(instanceId).call, key, { sameRequest: true });
}

/** The plaintext data key, with the caller's rights. */
export const openForCaller = (ctx: CallContext, key: WrappedKey): Promise<Attempt<Uint8Array>> =>
  decrypt(ctx.call, key);

/** The plaintext data key for a copy that EBS writes, through the grant made for that. */
export function openForService(
  ctx: WorkflowContext,
  key: WrappedKey,
  region: string = ctx.region,
): Promise<Attempt<Uint8Array>> {
  const ebs = ctx.asService({ principal: servicePrincipal(region), invokedBy: 'ebs.amazonaws.com' });
  return decrypt(ebs.call, key, { region });
}

function decrypt(call: Call, key: WrappedKey, options?: CallOptions): Promise<Attempt<Uint8Array>> {
  return attempt('Decrypt', key.keyArn, async () => {
    const input = {
      CiphertextBlob: ciphertext(key),
      EncryptionContext: ebsContext(key.contextId),
      EncryptionAlgorithm: ALGORITHM,
    };
    const opened = await call('kms', 'Decrypt', input, options);
    return opened.Plaintext!;
  });
}

/**
 * Retires grants that have served. A grant that is gone, with its key or revoked by hand, needs no retiring, and
 * nothing that a user waits for depends on the rest.
 */
export async function retireGrants(
  ctx: WorkflowContext,
  grants: readonly VolumeGrant[],
  region: string = ctx.region,
): Promise<void> {
  const service = ctx.asService({ principal: servicePrincipal(region), invokedBy: 'AWS Internal' });
  for (const { keyArn, grantId } of grants) {
    await attempt('RetireGrant', keyArn, () =>
      service.call('kms', 'RetireGrant', { KeyId: keyArn, GrantId: grantId }, { region, sameRequest: true }),
    );
  }
}
