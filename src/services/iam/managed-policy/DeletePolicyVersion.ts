/**
 * Deletes a version of a managed policy, but never the one in force.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html
 */
import { deleteConflict } from '../errors.ts';
import { iam } from '../iam.ts';
import { findVersion, managedPolicies, requireCustomerManaged, versionCheck } from './managed-policy.ts';

export default iam.operation('DeletePolicyVersion', {
  checks: async (context, input) => ({ policy: await versionCheck(context, input, 'DeletePolicyVersion') }),
  execute({ tx, nowMs }, { VersionId }, { policy: { record } }) {
    requireCustomerManaged(record);
    const { versionId } = findVersion(record, VersionId);
    if (versionId === record.defaultVersionId) {
      throw deleteConflict('Cannot delete the default version of a policy.');
    }
    const versions = record.versions.filter((version) => version.versionId !== versionId);
    tx.put(managedPolicies, { ...record, versions, updatedAtMs: nowMs });
    return {};
  },
});
