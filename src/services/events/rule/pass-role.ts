/** The check of a role that EventBridge is given. */
import type { Check } from '../../../invoke/verdict.ts';
import { passRoleCheck, roleOfArn } from '../../../service-kit/pass-role.ts';
import { validation } from '../errors.ts';

export function passRuleRoleCheck(roleArn: string): Check<null> {
  const role = roleOfArn(roleArn);
  if (!role) {
    throw validation(`Parameter ${roleArn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  return passRoleCheck(role, 'events.amazonaws.com');
}
