/** The IAM instance profile of an instance: found by name or ARN, and its role passed to EC2. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { AssumableRole } from '../../../invoke/ports/ports.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import { passRoleCheck } from '../../../service-kit/pass-role.ts';
import type {
  IamInstanceProfileAssociation,
  IamInstanceProfileSpecification,
} from '../../../shapes/generated/ec2.ts';
import { type InstanceRecord, instanceKind, instances } from '../instance/instance.ts';
import { ec2Arn } from '../resource/arn.ts';
import { resourceCheck } from '../resource/kind.ts';

export interface FoundProfile {
  readonly arn: string;
  readonly id: string;
  readonly role?: AssumableRole;
}

export async function findProfile(
  context: ResolveContext,
  { Arn: arn, Name: name }: IamInstanceProfileSpecification = {},
): Promise<FoundProfile | undefined> {
  if (!arn && !name) return undefined;
  if (arn && name) {
    throw new AwsError(
      'InvalidParameterCombination',
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    );
  }
  const { principals } = context.ports;
  const profile = await principals.instanceProfile(
    context.tx,
    context.account,
    arn ? { arn } : { name: name! },
  );
  if (profile) return profile;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${arn ?? name}) for parameter iamInstanceProfile.${arn ? 'arn' : 'name'} is invalid. ` +
      `Invalid IAM Instance Profile ${arn ? 'ARN' : 'name'}`,
  );
}

export async function requireProfile(
  context: ResolveContext,
  asked: IamInstanceProfileSpecification,
): Promise<FoundProfile> {
  const profile = await findProfile(context, asked);
  if (profile) return profile;
  throw new AwsError(
    'MissingParameter',
    'The request must contain the parameter iamInstanceProfile.name or arn',
  );
}

/** Whoever gives an instance a role must be allowed to pass that role to EC2. */
export function passProfileCheck(
  context: ResolveContext,
  profile: FoundProfile | undefined,
  instanceId = '*',
): Check<null> | undefined {
  if (!profile?.role) return undefined;
  return passRoleCheck(profile.role, 'ec2.amazonaws.com', ec2Arn(context, 'instance', instanceId));
}

export const ASSOCIATION_PREFIX = 'iip-assoc';

/** The check on the instance of an association; an unknown one is reported after authorization. */
export async function associatedCheck(
  context: ResolveContext,
  action: string,
  associationId: string,
  conditions?: () => ConditionValues,
): Promise<Check<InstanceRecord>> {
  const { tx, account, region } = context;
  const [instance] = await tx.find(instances, 'profileAssociation', {
    prefix: [account, region, associationId],
    limit: 1,
  });
  if (instance) return resourceCheck(context, instanceKind, action, instance.id, conditions);
  return {
    action,
    resource: ec2Arn(context, 'instance', '*'),
    account,
    missing: new AwsError('NoSuchAssociation', `An invalid association-id of '${associationId}' was given`),
    conditions,
  };
}

export function showAssociation(
  instance: InstanceRecord,
  profile: NonNullable<InstanceRecord['profile']>,
  state: 'associating' | 'associated' | 'disassociating',
): IamInstanceProfileAssociation {
  return {
    AssociationId: profile.associationId,
    InstanceId: instance.id,
    IamInstanceProfile: { Arn: profile.arn, Id: profile.id },
    State: state,
  };
}
