/** Member accounts that administer a service for the organization. They may read all of it. */
import { constraintViolation, refusal } from '../errors.ts';
import { delegationsOf, type OrganizationRecord } from '../organization/organization.ts';
import { organizationCheck } from '../organization/organization-check.ts';

interface Delegation {
  readonly AccountId: string;
  readonly ServicePrincipal?: string;
}

/** The check of an action on the account. */
export const delegationCheck = (
  context: Parameters<typeof organizationCheck>[0],
  action: string,
  { AccountId, ServicePrincipal }: Delegation,
) =>
  organizationCheck(context, {
    action,
    id: AccountId,
    absent: refusal('AccountNotFoundException'),
    conditions: () => ({ 'organizations:ServicePrincipal': ServicePrincipal }),
  });

/** `services` takes the place of those that the account has administered; none of them, and it is no administrator. */
export function withDelegations(
  organization: OrganizationRecord,
  account: string,
  services: Readonly<Record<string, number>>,
): OrganizationRecord {
  const { [account]: _before, ...others } = organization.delegations ?? {};
  const isLeft = Object.keys(services).length > 0;
  return { ...organization, delegations: isLeft ? { ...others, [account]: services } : others };
}

/** Throws for an account that is to leave the organization. */
export function requireNoDelegations(organization: OrganizationRecord, account: string): void {
  if (Object.keys(delegationsOf(organization, account)).length === 0) return;
  throw constraintViolation(
    'You attempted to remove an account that is registered as a delegated administrator for a service integrated with ' +
      'your organization. To complete this operation, you must first deregister this account as a delegated administrator.',
    'CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG',
  );
}
