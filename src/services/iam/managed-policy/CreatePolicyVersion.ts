/**
 * Adds a version to a managed policy, and makes it the one in force when asked to.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
 */
import { limitExceeded } from '../errors.ts';
import { iam } from '../iam.ts';
import {
  MAX_VERSIONS,
  managedPolicies,
  policyCheck,
  policyDocument,
  requireCustomerManaged,
  shownVersion,
} from './managed-policy.ts';

export default iam.operation('CreatePolicyVersion', {
  checks: async (context, { PolicyArn }) => ({
    policy: await policyCheck(context, PolicyArn, 'CreatePolicyVersion'),
  }),
  execute({ tx, nowMs }, { PolicyDocument, SetAsDefault = false }, { policy: { record } }) {
    requireCustomerManaged(record);
    const document = policyDocument(PolicyDocument);
    if (record.versions.length >= MAX_VERSIONS) {
      throw limitExceeded(
        `A managed policy can have up to ${MAX_VERSIONS} versions. Before you create a new version, ` +
          'you must delete an existing version.',
      );
    }
    const version = { versionId: `v${record.nextVersion}`, document, createdAtMs: nowMs };
    const policy = {
      ...record,
      versions: [...record.versions, version],
      defaultVersionId: SetAsDefault ? version.versionId : record.defaultVersionId,
      nextVersion: record.nextVersion + 1,
      updatedAtMs: nowMs,
    };
    tx.put(managedPolicies, policy);
    return { PolicyVersion: shownVersion(policy, version) };
  },
});
