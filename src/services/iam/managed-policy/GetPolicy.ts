/**
 * Describes a managed policy, a customer's or AWS's, with how many identities use it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
 */
import { iam } from '../iam.ts';
import { policyCheck, shownPolicyDetail } from './managed-policy.ts';

export default iam.operation('GetPolicy', {
  readOnly: true,
  checks: async (context, { PolicyArn }) => ({ policy: await policyCheck(context, PolicyArn, 'GetPolicy') }),
  async execute({ tx, account }, _input, { policy: { record } }) {
    return { Policy: await shownPolicyDetail(tx, account, record) };
  },
});
