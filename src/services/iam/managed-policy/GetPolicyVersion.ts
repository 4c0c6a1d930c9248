/**
 * Gives the document of one version of a managed policy.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
 */
import { iam } from '../iam.ts';
import { findVersion, shownVersionDetail, versionCheck } from './managed-policy.ts';

export default iam.operation('GetPolicyVersion', {
  readOnly: true,
  checks: async (context, input) => ({ policy: await versionCheck(context, input, 'GetPolicyVersion') }),
  execute(_context, { VersionId }, { policy: { record } }) {
    return { PolicyVersion: shownVersionDetail(record, findVersion(record, VersionId)) };
  },
});
