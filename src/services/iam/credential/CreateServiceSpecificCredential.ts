/**
 * Makes a user a name and password, or a key, for one service, at most two for each.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
 */
import { DAY_MS } from '../../../platform/durations.ts';
import { exceedsQuota, validationError } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck, newId } from '../identity/identity.ts';
import { users } from '../user/user.ts';
import {
  credentialsOf,
  newlyShown,
  newSecret,
  requireService,
  type ServiceCredentialRecord,
  serviceCredentials,
} from './service-credential.ts';

const MAX_PER_SERVICE = 2;

export default iam.operation('CreateServiceSpecificCredential', {
  checks: async (context, { UserName, ServiceName, CredentialAgeDays }) => ({
    user: await identityCheck(context, users, UserName, 'CreateServiceSpecificCredential', () => ({
      'iam:ServiceSpecificCredentialServiceName': ServiceName,
      'iam:ServiceSpecificCredentialAgeDays': CredentialAgeDays,
    })),
  }),
  async execute({ tx, account, nowMs, entropy }, input, { user: { record } }) {
    const { ServiceName: service, CredentialAgeDays: days } = input;
    const { isKey } = requireService(service);
    if (days !== undefined && !isKey) {
      throw validationError(`CredentialAgeDays is not supported for ${service}`);
    }
    const ofService = (await credentialsOf(tx, record)).filter((each) => each.service === service);
    if (ofService.length >= MAX_PER_SERVICE) {
      throw exceedsQuota('ServiceSpecificCredentialsPerUser', MAX_PER_SERVICE);
    }
    const taken = new Set(ofService.map(({ alias }) => alias));
    const name = `${record.name}-at-${account}`;
    const credential: ServiceCredentialRecord = {
      account,
      userId: record.id,
      id: newId(entropy, 'ACCA'),
      service,
      alias: taken.has(name) ? `${record.name}+1-at-${account}` : name,
      status: 'Active',
      createdAtMs: nowMs,
      expiresAtMs: days && nowMs + days * DAY_MS,
    };
    tx.put(serviceCredentials, credential);
    return { ServiceSpecificCredential: newlyShown(credential, record.name, newSecret(entropy)) };
  },
});
