/** Where in an organization a principal, a resource, the account that a service calls for, or a VPC endpoint's owner is. */
import type { Membership } from './ports/ports.ts';
import type { ConditionValue, ConditionValues } from './verdict.ts';

const KEYS = {
  Principal: (id, paths) => ({ 'aws:PrincipalOrgID': id, 'aws:PrincipalOrgPaths': paths }),
  Resource: (id, paths) => ({ 'aws:ResourceOrgID': id, 'aws:ResourceOrgPaths': paths }),
  Source: (id, paths) => ({ 'aws:SourceOrgID': id, 'aws:SourceOrgPaths': paths }),
  Vpce: (id, paths) => ({ 'aws:VpceOrgID': id, 'aws:VpceOrgPaths': paths }),
} satisfies Record<string, (id: ConditionValue, paths: ConditionValue) => ConditionValues>;

export function organizationKeys(
  whose: keyof typeof KEYS,
  membership: Membership | undefined,
): ConditionValues {
  const { organizationId, path } = membership ?? {};
  return KEYS[whose](organizationId, typeof path === 'string' ? [path] : path);
}
