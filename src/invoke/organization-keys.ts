/** Where in an organization a principal, a resource, the account that a service calls for, or a VPC endpoint's owner is. */
import type { Membership } from './ports/ports.ts';
import type { ConditionValues } from './verdict.ts';

const NAMES = {
  Principal: ['aws:PrincipalOrgID', 'aws:PrincipalOrgPaths'],
  Resource: ['aws:ResourceOrgID', 'aws:ResourceOrgPaths'],
  Source: ['aws:SourceOrgID', 'aws:SourceOrgPaths'],
  Vpce: ['aws:VpceOrgID', 'aws:VpceOrgPaths'],
} as const;

export function organizationKeys(
  whose: keyof typeof NAMES,
  membership: Membership | undefined,
): ConditionValues {
  const [id, paths] = NAMES[whose];
  const { organizationId, path } = membership ?? {};
  return { [id]: organizationId, [paths]: typeof path === 'string' ? [path] : path };
}
