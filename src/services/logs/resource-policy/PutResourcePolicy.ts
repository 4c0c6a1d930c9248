/**
 * Lets AWS services put events into log groups of the account, or into one.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
 */
import { uuid } from '../../../platform/identifiers.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { invalidParameter, limitExceeded } from '../errors.ts';
import { logs } from '../logs.ts';
import { existingPolicy, policyKey } from './policy-request.ts';
import { policiesOf, policyEntry, requirePolicy, resourcePolicies } from './resource-policy.ts';

const MAX_POLICIES = 10;
const MAX_ACCOUNT_POLICY_BYTES = 5120;

export default logs.operation('PutResourcePolicy', {
  checks: (context) => ({ policy: accountCheck(context, 'logs:PutResourcePolicy') }),
  async preconditions(context, input) {
    const { policyDocument } = input;
    if (policyDocument === undefined) throw invalidParameter('policyDocument must be specified.');
    const key = await policyKey(context, input);
    requirePolicy(policyDocument);
    const existing = await existingPolicy(context, key, input);
    if (key.groupName !== '') return;
    if (Buffer.byteLength(policyDocument) > MAX_ACCOUNT_POLICY_BYTES) {
      throw limitExceeded(`Resource policy exceeds ${MAX_ACCOUNT_POLICY_BYTES} bytes.`);
    }
    const count = (await policiesOf(context.tx, context, '')).length;
    if (!existing && count >= MAX_POLICIES) throw limitExceeded('Resource limit exceeded.');
  },
  async execute(context, input) {
    const { tx, nowMs, entropy } = context;
    const policy = {
      ...(await policyKey(context, input)),
      document: input.policyDocument as string,
      updatedAtMs: nowMs,
      revisionId: uuid(entropy),
    };
    tx.put(resourcePolicies, policy);
    return {
      resourcePolicy: policyEntry(policy),
      ...(policy.groupName !== '' && { revisionId: policy.revisionId }),
    };
  },
});
