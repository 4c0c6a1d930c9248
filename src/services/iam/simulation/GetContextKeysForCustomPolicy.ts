/**
 * Names the condition keys that policies given in the request refer to: what a simulation needs as input.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { iam } from '../iam.ts';
import { distinctContextKeys } from './context-keys.ts';

export default iam.operation('GetContextKeysForCustomPolicy', {
  readOnly: true,
  checks: (context) => ({ account: accountCheck(context, 'iam:GetContextKeysForCustomPolicy') }),
  execute: (_context, { PolicyInputList }) => ({ ContextKeyNames: distinctContextKeys([], PolicyInputList) }),
});
