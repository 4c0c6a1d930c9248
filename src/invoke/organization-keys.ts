/** Where in an organization a principal, a resource, the account that a service calls for, or a VPC endpoint's owner is. */
import type { Membership } from './ports/ports.ts';
import type { ConditionValue } from './verdict.ts';

type Whose = 'Principal' | 'Resource' | 'Source' | 'Vpce';
type OrganizationKeys<W extends Whose> = Readonly<
  Record<`aws:${W}OrgID` | `aws:${W}OrgPaths`, ConditionValue>
>;

export function organizationKeys<W extends Whose>(
  whose: W,
  membership: Membership | undefined,
): OrganizationKeys<W> {
  const { organizationId, path } = membership ?? {};
  const paths = typeof path === 'string' ? [path] : path;
  return {
    [`aws:${whose}OrgID`]: organizationId,
    [`aws:${whose}OrgPaths`]: paths,
  } as OrganizationKeys<W>;
}
