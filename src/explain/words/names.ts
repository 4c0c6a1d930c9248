/** How answers call principals, resources, and what allows something, and how they count. */
import { parseArn } from '../../aws/arn.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';
import type { AllowedBy } from '../../policy/possibilities.ts';

/** As a sentence begins. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `1 key`, `1,234 keys`. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** `user john`, `role Admin`: what a policy is attached to, or named by. */
export function principalName(principal: PolicyPrincipal): string {
  switch (principal.kind) {
    case 'user':
      return `user ${lastSegment(principal.arn)}`;
    case 'role-session':
      return `role ${lastSegment(principal.roleArn)}`;
    case 'root':
      return `the root user of account ${principal.account}`;
    case 'federated-user':
      return `federated user ${lastSegment(principal.arn)}`;
    case 'service':
      return `the service ${principal.service}`;
    default:
      return 'the caller';
  }
}

/** As IAM compares names and policies compare actions: without regard to case. */
export const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export const lastSegment = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/** `key 1234abcd-…`, `volume vol-…`, or the ARN, where a slash belongs to the name. */
export function resourceName(arn: string): string {
  const parsedArn = parseArn(arn);
  if (!parsedArn) return arn;
  const [type, ...id] = parsedArn.resource.split('/');
  return id.join('') && !type?.includes(':') ? `${type} ${id.join('/')}` : arn;
}

/** What gives a right: a statement, a grant. */
export function originText(by: AllowedBy): string {
  if (by === 'root') return "the root user's own rights";
  if ('grantId' in by) return `grant ${by.grantId.slice(0, 8)}…`;
  return `${by.policyName}, statement ${by.sid ? `"${by.sid}"` : by.index + 1}`;
}
