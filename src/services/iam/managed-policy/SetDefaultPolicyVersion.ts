/**
 * Puts another version of a managed policy in force.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
 */
import { iam } from '../iam.ts';
import { findVersion, managedPolicies, requireCustomerManaged, versionCheck } from './managed-policy.ts';

export default iam.operation('SetDefaultPolicyVersion', {
  checks: async (context, input) => ({
    policy: await versionCheck(context, input, 'SetDefaultPolicyVersion'),
  }),
  execute({ tx, nowMs }, { VersionId }, { policy: { record } }) {
    requireCustomerManaged(record);
    const { versionId } = findVersion(record, VersionId);
    tx.put(managedPolicies, { ...record, defaultVersionId: versionId, updatedAtMs: nowMs });
    return {};
  },
});
