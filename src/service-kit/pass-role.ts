/**
 * Whoever gives a service a role must be allowed to pass it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
import { parseArn } from '../aws/arn.ts';
import type { Check } from '../invoke/verdict.ts';

interface PassedRole {
  readonly arn: string;
  readonly account: string;
}

/** @param associatedArn what the role is given to, where AWS says so */
export const passRoleCheck = (
  { arn, account }: PassedRole,
  service: string,
  associatedArn?: string,
): Check<null> => ({
  action: 'iam:PassRole',
  resource: arn,
  account,
  record: null,
  conditions: () => ({ 'iam:PassedToService': service, 'iam:AssociatedResourceArn': associatedArn }),
});

/** Undefined for what is not the ARN of a role. */
export function roleOfArn(arn: string): PassedRole | undefined {
  const { service, account = '', resource = '' } = parseArn(arn) ?? {};
  return service === 'iam' && resource.startsWith('role/') ? { arn, account } : undefined;
}
