/**
 * Deletes a managed policy that nobody uses and that has but its default version.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
 */
import { deleteConflict } from '../errors.ts';
import { iam } from '../iam.ts';
import { managedPolicies, policyCheck, requireCustomerManaged, usageOf } from './managed-policy.ts';

export default iam.operation('DeletePolicy', {
  checks: async (context, { PolicyArn }) => ({
    policy: await policyCheck(context, PolicyArn, 'DeletePolicy'),
  }),
  async execute({ tx, account }, { PolicyArn }, { policy: { record } }) {
    requireCustomerManaged(record);
    const { attachments, boundaries } = await usageOf(tx, account, PolicyArn);
    if (attachments + boundaries > 0) throw deleteConflict('Cannot delete a policy attached to entities.');
    if (record.versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
          'The default version is deleted with the policy.',
      );
    }
    tx.delete(managedPolicies, [record.account, record.id]);
    return {};
  },
});
