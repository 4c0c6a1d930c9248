/**
 * Names the condition keys that the policies of a user, group or role speak of, its boundary's among them.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html
 */
import { iam } from '../iam.ts';
import { distinctContextKeys } from './context-keys.ts';
import { policiesOfSource } from './principal-policies.ts';
import { sourceCheck } from './source-check.ts';

export default iam.operation('GetContextKeysForPrincipalPolicy', {
  readOnly: true,
  checks: async (context, { PolicySourceArn }) => ({
    source: await sourceCheck(context, PolicySourceArn, 'GetContextKeysForPrincipalPolicy'),
  }),
  async execute({ tx }, { PolicyInputList = [] }, { source: { record } }) {
    const { identity, boundary } = await policiesOfSource(tx, record);
    const own = [...identity, ...(boundary ? [boundary] : [])].map(({ named }) => named.policy);
    return { ContextKeyNames: distinctContextKeys(own, PolicyInputList) };
  },
});
