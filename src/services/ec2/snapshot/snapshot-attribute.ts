/** Sharing: who but the owner may make volumes from a snapshot (aws-facts F5). */
import { AwsError } from '../../../aws/aws-error.ts';
import type {
  CreateVolumePermission,
  ModifySnapshotAttributeRequest,
} from '../../../shapes/generated/ec2.ts';
import { requireUserIds } from '../resource/user-id.ts';

const MAX_CHANGES = 500;

/** Accounts, and `all` for everybody. */
export interface PermissionChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** The change, in either of the API's two ways of writing it. */
export function permissionChange(input: ModifySnapshotAttributeRequest): PermissionChange {
  const { Attribute: attribute, CreateVolumePermission: permission, OperationType: type } = input;
  if (attribute !== undefined && attribute !== 'createVolumePermission') {
    throw new AwsError('InvalidParameterValue', `The attribute '${attribute}' cannot be modified.`);
  }
  const named = [...(input.UserIds ?? []), ...(input.GroupNames ?? [])];
  const change = {
    add: [...granteesOf(permission?.Add), ...(type === 'add' ? named : [])],
    remove: [...granteesOf(permission?.Remove), ...(type === 'remove' ? named : [])],
  };
  if (change.add.length + change.remove.length > MAX_CHANGES) {
    throw new AwsError('InvalidParameterValue', `Modification size must not be greater than ${MAX_CHANGES}`);
  }
  requireUserIds([...change.add, ...change.remove], ['all']);
  return change;
}

function granteesOf(permissions: readonly CreateVolumePermission[] | undefined): string[] {
  return (permissions ?? []).flatMap(({ UserId: user, Group: group }) => user ?? group ?? []);
}

export const showPermission = (grantee: string): CreateVolumePermission =>
  grantee === 'all' ? { Group: 'all' } : { UserId: grantee };

/** `ec2:Add/userId` and its kin: each change of a permission is a condition key. */
export function permissionConditions({ add, remove }: PermissionChange) {
  const groups = (grantees: readonly string[]) => nonEmpty(grantees.filter((each) => each === 'all'));
  const users = (grantees: readonly string[]) => nonEmpty(grantees.filter((each) => each !== 'all'));
  return {
    'ec2:Attribute': 'CreateVolumePermission',
    'ec2:Add/group': groups(add),
    'ec2:Add/userId': users(add),
    'ec2:Remove/group': groups(remove),
    'ec2:Remove/userId': users(remove),
  };
}

const nonEmpty = (values: readonly string[]) => (values.length > 0 ? values : undefined);
