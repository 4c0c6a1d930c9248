/** Whoever gives EventBridge a role must be allowed to pass it. */
import { parseArn } from '../../../aws/arn.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { validation } from '../errors.ts';

export function passRoleCheck(roleArn: string): Check<null> {
  const arn = parseArn(roleArn);
  if (arn?.service !== 'iam' || !arn.resource.startsWith('role/')) {
    throw validation(`Parameter ${roleArn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  return {
    action: 'iam:PassRole',
    resource: roleArn,
    account: arn.account,
    record: null,
    conditions: () => ({ 'iam:PassedToService': 'events.amazonaws.com' }),
  };
}
