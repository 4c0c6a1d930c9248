/** Sharing of images: who but the owner may launch from one. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { LaunchPermission, ModifyImageAttributeRequest } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { readRegionSettings } from '../account-setting/region-settings.ts';
import { readAccountEncryption } from '../encryption/account-encryption.ts';
import { snapshots } from '../snapshot/snapshot.ts';
import type { ImageRecord } from './image-record.ts';

export interface PermissionChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** How a permission is written: the member of a request, and the item that AWS's error and CloudTrail call it. */
const ITEMS = [
  { member: 'UserId', item: 'userId', form: /^\d{12}$/ },
  { member: 'Group', item: 'group', form: /^all$/ },
  {
    member: 'OrganizationArn',
    item: 'organizationArn',
    form: /^arn:aws[\w-]*:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/,
  },
  {
    member: 'OrganizationalUnitArn',
    item: 'organizationalUnitArn',
    form: /^arn:aws[\w-]*:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/,
  },
] as const;

type Item = (typeof ITEMS)[number];

/** The change that a request asks for, in either of its two forms; undefined where it asks for none. */
export function permissionChange(input: ModifyImageAttributeRequest): PermissionChange | undefined {
  const { LaunchPermission: permission, Attribute: attribute, OperationType: operation } = input;
  if (permission) {
    return { add: namesOf(permission.Add), remove: namesOf(permission.Remove) };
  }
  const { UserIds, UserGroups, OrganizationArns, OrganizationalUnitArns } = input;
  const lists = [UserIds, UserGroups, OrganizationArns, OrganizationalUnitArns];
  const names = lists.flatMap((list = [], index) => list.map((name) => requireForm(ITEMS[index]!, name)));
  if (attribute !== 'launchPermission' && names.length === 0) return undefined;
  if (names.length === 0)
    throw new AwsError('MissingParameter', 'The request must contain the parameter userId');
  return operation === 'remove' ? { add: [], remove: names } : { add: names, remove: [] };
}

const namesOf = (permissions: readonly LaunchPermission[] = []): string[] =>
  permissions.flatMap((permission) =>
    ITEMS.flatMap((item) => {
      const name = permission[item.member];
      return name === undefined ? [] : requireForm(item, name);
    }),
  );

function requireForm({ item, form }: Item, name: string): string {
  if (form.test(name)) return name;
  throw new AwsError(
    'InvalidAMIAttributeItemValue',
    `Invalid attribute item value "${name}" for ${item} item type.`,
  );
}

const itemOf = (name: string): Item => ITEMS.find(({ form }) => form.test(name)) ?? ITEMS[0];

export const showPermissions = ({ launchPermissions }: ImageRecord): LaunchPermission[] =>
  launchPermissions.map((name) => ({ [itemOf(name).member]: name }));

/** As CloudTrail has one. */
export const auditedPermission = (name: string): object => ({ [itemOf(name).item]: name });

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
