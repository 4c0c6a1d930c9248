/**
 * Lists a user's passwords and keys for single services. There are none: creating them is not served.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
 */
import { noSuchEntity } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { needsUserName, ownUserName, users } from '../user/user.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_service-specific-creds.html */
const SERVICES = new Set([
  'bedrock.amazonaws.com',
  'cassandra.amazonaws.com',
  'codecommit.amazonaws.com',
  'logs.amazonaws.com',
]);

export default iam.operation('ListServiceSpecificCredentials', {
  readOnly: true,
  async checks(context, { UserName }) {
    const name = await ownUserName(context, UserName);
    if (name === undefined) throw needsUserName();
    return { user: await identityCheck(context, users, name, 'ListServiceSpecificCredentials') };
  },
  execute(_context, { ServiceName }) {
    if (ServiceName !== undefined && !SERVICES.has(ServiceName)) {
      throw noSuchEntity(`No such service ${ServiceName} is supported for Service Specific Credentials`);
    }
    return { ServiceSpecificCredentials: [], IsTruncated: false };
  },
});
