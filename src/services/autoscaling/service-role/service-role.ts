/**
 * The service-linked role as which Auto Scaling launches and terminates: made with the first group, if the caller may,
 * and kept for as long as a group uses it
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call, CallContext, ResolveContext, WorkflowContext } from '../../../invoke/context.ts';
import type { RoleUseSource } from '../../../invoke/ports/ports.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { passRoleCheck } from '../../../service-kit/pass-role.ts';
import { ensureServiceLinkedRole } from '../../../service-kit/service-linked-role.ts';
import { SERVICE } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { groupArn, groups } from '../group/group.ts';

const ROLE_PATH = `aws-service-role/${SERVICE}/`;
const ROLE_NAME = 'AWSServiceRoleForAutoScaling';
/** The name that AWS gives to the sessions (aws-facts E1.5). */
const SESSION_NAME = 'AutoScaling';

export const defaultServiceRole = (account: string) =>
  `arn:aws:iam::${account}:role/${ROLE_PATH}${ROLE_NAME}`;

/** EC2's own, as which it fulfils Spot Instance requests. */
export const spotServiceRole = (account: string) =>
  `arn:aws:iam::${account}:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot`;

/** Of the role that a group is to have in place of the default one. */
export function passServiceRoleCheck(
  { account }: ResolveContext,
  roleArn: string | undefined,
): Check<null> | undefined {
  if (roleArn === undefined) return undefined;
  if (!roleArn.startsWith(`arn:aws:iam::${account}:role/${ROLE_PATH}${ROLE_NAME}`)) {
    throw validationError(
      `ARN ${roleArn} is not that of a service-linked role of ${SERVICE} in this account.`,
    );
  }
  return passRoleCheck({ arn: roleArn, account }, SERVICE);
}

/** Makes the default role where there is none yet, with the caller's own right to do so. */
export async function ensureServiceRole(ctx: CallContext, roleArn: string): Promise<void> {
  if (roleArn === defaultServiceRole(ctx.account)) {
    return ensureServiceLinkedRole(ctx, { roleArn, service: SERVICE });
  }
  if (!(await ctx.read((tx) => ctx.ports.principals.role(tx, roleArn)))) {
    throw new AwsError(
      'ServiceLinkedRoleFailure',
      'The service-linked role does not exist or is not yet ready for use.',
      500,
    );
  }
}

/** Auto Scaling speaking as the role: its policies, key policies and grants decide, not those of the group's maker. */
export async function asServiceRole(ctx: WorkflowContext, roleArn: string): Promise<Call> {
  const { call } = await ctx.asRole({ roleArn, sessionName: SESSION_NAME, service: SERVICE });
  return call;
}

export const roleUses: RoleUseSource = {
  async usesOfRole(tx, roleArn) {
    const using = await tx.find(groups, 'serviceRole', { prefix: [roleArn] });
    const regions = [...new Set(using.map(({ region }) => region))];
    return regions.map((region) => ({
      region,
      resources: using.filter((group) => group.region === region).map(groupArn),
    }));
  },
};
