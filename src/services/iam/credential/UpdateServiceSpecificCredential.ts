/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServiceSpecificCredential.html */
import { iam } from '../iam.ts';
import { credentialCheck, requireCredential, serviceCredentials } from './service-credential.ts';

export default iam.operation('UpdateServiceSpecificCredential', {
  checks: async (context, input) => ({
    user: await credentialCheck(context, input, 'UpdateServiceSpecificCredential'),
  }),
  async execute({ tx }, { ServiceSpecificCredentialId: id, Status }, { user: { record } }) {
    tx.put(serviceCredentials, { ...(await requireCredential(tx, record, id)), status: Status });
    return {};
  },
});
