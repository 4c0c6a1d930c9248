/** Sharing of images: who but the owner may launch from one. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { LaunchPermission, ModifyImageAttributeRequest } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { readRegionSettings } from '../account-setting/region-settings.ts';
import { readAccountEncryption } from '../encryption/account-encryption.ts';
import { requireUserIds } from '../resource/user-id.ts';
import { snapshots } from '../snapshot/snapshot.ts';
import type { ImageRecord } from './image-record.ts';

export interface PermissionChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** The change that a request asks for, in either of its two forms; undefined where it asks for none. */
export function permissionChange(input: ModifyImageAttributeRequest): PermissionChange | undefined {
  const { LaunchPermission: permission, Attribute: attribute, OperationType: operation } = input;
  if (input.OrganizationArns?.length || input.OrganizationalUnitArns?.length) throw noOrganizations();
  if (permission) {
    return { add: namesOf(permission.Add), remove: namesOf(permission.Remove) };
  }
  const names = [...(input.UserIds ?? []), ...(input.UserGroups ?? [])];
  if (attribute !== 'launchPermission' && names.length === 0) return undefined;
  if (names.length === 0)
    throw new AwsError('MissingParameter', 'The request must contain the parameter userId');
  requireUserIds(names, ['all']);
  return operation === 'remove' ? { add: [], remove: names } : { add: names, remove: [] };
}

function namesOf(permissions: readonly LaunchPermission[] = []): string[] {
  return permissions.map(({ UserId: user, Group: group, OrganizationArn, OrganizationalUnitArn }) => {
    if (OrganizationArn || OrganizationalUnitArn) throw noOrganizations();
    const name = user ?? group ?? '';
    requireUserIds([name], ['all']);
    return name;
  });
}

const noOrganizations = () =>
  new AwsError('UnsupportedOperation', 'Latchkey does not serve launch permissions for organizations.');

export const showPermissions = ({ launchPermissions }: ImageRecord): LaunchPermission[] =>
  launchPermissions.map((name) => (name === 'all' ? { Group: 'all' } : { UserId: name }));

/** What is under aws/ebs cannot be opened by others, and what is encrypted cannot be public (aws-facts F5). */
export async function requireCanShare(
  tx: ReadTransaction,
  image: ImageRecord,
  change: PermissionChange,
): Promise<void> {
  if (change.add.length === 0) return;
  if (image.state === 'disabled') {
    throw new AwsError('OperationNotPermitted', `The image '${image.id}' is disabled and cannot be shared.`);
  }
  const { imagePublicAccess } = await readRegionSettings(tx, image);
  if (change.add.includes('all') && imagePublicAccess !== 'unblocked') {
    throw new AwsError(
      'OperationNotPermitted',
      "You can't publicly share this image because block public access for AMIs is enabled for this account. To publicly " +
        'share the image, you must disable block public access for AMIs.',
    );
  }
  const { managedKeyArn } = await readAccountEncryption(tx, image);
  for (const { snapshotId } of image.blockDevices) {
    const snapshot = await tx.get(snapshots, [image.account, image.region, snapshotId ?? '']);
    if (!snapshot?.encrypted) continue;
    if (snapshot.dataKey?.keyArn === managedKeyArn) {
      throw new AwsError(
        'InvalidParameter',
        "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
      );
    }
    if (change.add.includes('all')) {
      throw new AwsError('InvalidParameterValue', 'AMIs with encrypted snapshots cannot be made public.');
    }
  }
}

export function withPermissions(image: ImageRecord, { add, remove }: PermissionChange): ImageRecord {
  const names = new Set([...image.launchPermissions, ...add]);
  for (const name of remove) names.delete(name);
  return { ...image, launchPermissions: [...names].sort() };
}
