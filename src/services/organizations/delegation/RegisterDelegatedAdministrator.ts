/**
 * Has a member account administer a service for the organization, and read all of it.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html
 */
import { constraintViolation, refusal } from '../errors.ts';
import { delegationsOf, organizationTable } from '../organization/organization.ts';
import { organizations } from '../organizations.ts';
import { delegationCheck, withDelegations } from './delegated-administrator.ts';

export default organizations.operation('RegisterDelegatedAdministrator', {
  checks: async (context, input) => ({
    account: await delegationCheck(context, 'RegisterDelegatedAdministrator', input),
  }),
  execute({ tx, nowMs }, { AccountId, ServicePrincipal }, { account: { record } }) {
    if (AccountId === record.managementAccount) {
      throw constraintViolation(
        'You attempted to register the management account of the organization as a delegated administrator for an AWS ' +
          'service integrated with Organizations. You can designate only a member account as a delegated administrator.',
        'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR',
      );
    }
    if (!Object.hasOwn(record.trustedServices, ServicePrincipal)) {
      throw constraintViolation(
        'You attempted to register a delegated administrator before you enabled service access. Call the ' +
          'EnableAWSServiceAccess API first.',
        'SERVICE_ACCESS_NOT_ENABLED',
      );
    }
    const services = delegationsOf(record, AccountId);
    if (Object.hasOwn(services, ServicePrincipal)) throw refusal('AccountAlreadyRegisteredException');
    tx.put(organizationTable, withDelegations(record, AccountId, { ...services, [ServicePrincipal]: nowMs }));
    return {};
  },
});
