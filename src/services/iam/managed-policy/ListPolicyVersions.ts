/**
 * Lists the versions of a managed policy, newest first, without their documents.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { policyCheck, shownVersion } from './managed-policy.ts';

export default iam.operation('ListPolicyVersions', {
  readOnly: true,
  checks: async (context, { PolicyArn }) => ({
    policy: await policyCheck(context, PolicyArn, 'ListPolicyVersions'),
  }),
  execute(_context, input, { policy: { record } }) {
    // Versions are never renumbered, so counting down from a fixed number orders them newest first.
    const { items, ...page } = pageOf(record.versions, input, ({ versionId }) =>
      String(1_000_000 - Number(versionId.slice(1))),
    );
    return { Versions: items.map((version) => shownVersion(record, version)), ...page };
  },
});
