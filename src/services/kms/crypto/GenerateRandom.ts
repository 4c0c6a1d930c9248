/**
 * Gives out random bytes; no key takes part.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { validation } from '../errors.ts';
import { kms } from '../kms.ts';
import { requireNoRecipient } from './request.ts';

export default kms.operation('GenerateRandom', {
  readOnly: true,
  checks: (context) => ({ random: accountCheck(context, 'kms:GenerateRandom') }),
  preconditions(_context, input) {
    requireNoRecipient(input);
    if (input.NumberOfBytes === undefined) throw validation('NumberOfBytes is required.');
    // There are no custom key stores here, so none can be the one that is meant.
    if (input.CustomKeyStoreId !== undefined) throw new AwsError('CustomKeyStoreNotFoundException', '');
  },
  execute: ({ entropy }, { NumberOfBytes }) => ({ Plaintext: entropy.bytes(NumberOfBytes as number) }),
});
