/**
 * Makes a new secret for a credential; the old one is worth nothing from then on.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResetServiceSpecificCredential.html
 */
import { iam } from '../iam.ts';
import { credentialCheck, newlyShown, newSecret, requireCredential } from './service-credential.ts';

export default iam.operation('ResetServiceSpecificCredential', {
  checks: async (context, input) => ({
    user: await credentialCheck(context, input, 'ResetServiceSpecificCredential'),
  }),
  async execute({ tx, entropy }, { ServiceSpecificCredentialId: id }, { user: { record } }) {
    const credential = await requireCredential(tx, record, id);
    return { ServiceSpecificCredential: newlyShown(credential, record.name, newSecret(entropy)) };
  },
});
