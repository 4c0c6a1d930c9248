/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceSpecificCredential.html */
import { iam } from '../iam.ts';
import { credentialCheck, requireCredential, serviceCredentials } from './service-credential.ts';

export default iam.operation('DeleteServiceSpecificCredential', {
  checks: async (context, input) => ({
    user: await credentialCheck(context, input, 'DeleteServiceSpecificCredential'),
  }),
  async execute({ tx }, { ServiceSpecificCredentialId: id }, { user: { record } }) {
    const { account, userId } = await requireCredential(tx, record, id);
    tx.delete(serviceCredentials, [account, userId, id]);
    return {};
  },
});
