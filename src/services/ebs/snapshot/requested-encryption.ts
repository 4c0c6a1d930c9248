/** Whether a snapshot that StartSnapshot begins may be encrypted, or not, as its request says. */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { DirectSnapshot } from '../../../invoke/ports/snapshot-directory.ts';
import type { StartSnapshotRequest } from '../../../shapes/generated/ebs.ts';
import { invalid } from '../ebs.ts';

/** Throws where the members of a request contradict each other. */
export function requireConsistent({
  Encrypted: encrypted,
  KmsKeyArn: key,
  ParentSnapshotId: parent,
}: StartSnapshotRequest): void {
  const refused = (message: string) => invalid('INVALID_PARAMETER_VALUE', message);
  if (parent && key) throw refused('ParentSnapshotId and KmsKeyArn cannot be specified together');
  if (parent && encrypted !== undefined)
    throw refused('ParentSnapshotId and Encrypt cannot be specified together');
  if (key && encrypted === false) throw refused('Encrypt cannot be false when KmsKeyArn is specified');
}

/**
 * Where encryption by default is enabled nothing is started unencrypted, neither by request nor by its parent
 * (https://docs.aws.amazon.com/ebs/latest/userguide/ebsapis-using-encryption.html).
 */
export async function requireEncryption(
  context: ResolveContext,
  { Encrypted: encrypted }: StartSnapshotRequest,
  parent: DirectSnapshot | undefined,
): Promise<void> {
  const isPlain = parent ? !parent.encrypted : encrypted === false;
  if (!isPlain || !(await context.ports.snapshots.encryptsByDefault(context.tx, context))) return;
  throw invalid(
    'INVALID_PARAMETER_VALUE',
    parent
      ? 'ParentSnapshotId cannot be an unencrypted snapshot when encryption by default is enabled'
      : 'Encrypt cannot be false when encryption by default is enabled',
  );
}
