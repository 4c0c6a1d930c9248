/**
 * Tells what a key is and in which state.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
import { kms } from '../kms.ts';
import { keyMetadata } from './key.ts';
import { checkKeyOrAlias } from './key-check.ts';

export default kms.operation('DescribeKey', {
  readOnly: true,
  checks: (context, { KeyId, GrantTokens }) =>
    checkKeyOrAlias(context, 'DescribeKey', KeyId, { grantTokens: GrantTokens }),
  execute: (_context, _input, { key }) => ({ KeyMetadata: keyMetadata(key.record) }),
});
