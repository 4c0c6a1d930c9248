/**
 * Whom a hook tells that an instance waits: a topic or a queue, written to as a role, or a function. None of these is served here,
 * so the choice is kept and described, and nothing is sent; the role is assumed, as it is for AWS's test message
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html).
 */
import { parseArn } from '../../../aws/arn.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { CallContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { passRoleCheck, roleOfArn } from '../../../service-kit/pass-role.ts';
import { SERVICE } from '../autoscaling.ts';
import { validationError } from '../errors.ts';

export interface HookTarget {
  readonly targetArn?: string;
  readonly roleArn?: string;
}

export interface TargetRequest {
  readonly NotificationTargetARN?: string;
  readonly RoleARN?: string;
}

/** An empty name takes the target away. */
export function requestedTarget(
  { region }: Scope,
  { NotificationTargetARN: target, RoleARN: role }: TargetRequest,
  before: HookTarget = {},
): HookTarget | undefined {
  const targetArn = (target ?? before.targetArn) || undefined;
  if (targetArn === undefined) return role === undefined ? undefined : { roleArn: role };
  const roleArn = role ?? before.roleArn;
  const { service, region: where, resource = '' } = parseArn(targetArn) ?? {};
  if (service !== 'sns' && service !== 'sqs' && service !== 'lambda') {
    throw validationError(`Invalid notification target ARN: ${targetArn}`);
  }
  if (service !== 'lambda' && roleArn === undefined) {
    throw validationError('RoleARN is required with the ARN of a topic or a queue.');
  }
  if (where !== region || resource.endsWith('.fifo')) throw unpublishable({ targetArn, roleArn });
  return { targetArn, roleArn };
}

/** AWS's words (aws-facts E4.8); what a topic or a queue would refuse, nobody knows here. */
const unpublishable = ({ targetArn, roleArn }: HookTarget): AwsError =>
  validationError(
    `Unable to publish test message to notification target ${targetArn} using IAM role ${roleArn}. Please check your target and role configuration and try to put lifecycle hook again.`,
  );

export function passHookRoleCheck({ RoleARN: roleArn }: TargetRequest): Check<null> | undefined {
  if (roleArn === undefined) return undefined;
  const role = roleOfArn(roleArn);
  if (!role) throw validationError(`Invalid IAM role ARN: ${roleArn}`);
  return passRoleCheck(role, SERVICE);
}

/** As often as a target is named AWS sends it a test message. */
export async function requireTarget(ctx: CallContext, target: HookTarget | undefined): Promise<void> {
  const { targetArn, roleArn } = target ?? {};
  if (!target || targetArn === undefined || roleArn === undefined) return;
  await ctx.asRole({ roleArn, sessionName: 'AutoScaling', service: SERVICE }).catch((error: unknown) => {
    throw error instanceof AwsError ? error.saidAs(unpublishable(target)) : error;
  });
}

export const showTarget = ({ targetArn, roleArn }: HookTarget = {}): TargetRequest => ({
  NotificationTargetARN: targetArn,
  RoleARN: roleArn,
});
