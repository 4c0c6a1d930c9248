/**
 * Opens the encoded message of an UnauthorizedOperation: what was asked, with which condition keys, and which
 * statement denied it. Only the account that got the message can have it decoded.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { decodeDenial } from '../../../invoke/encoded-denial.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { sts } from '../sts.ts';

export default sts.operation('DecodeAuthorizationMessage', {
  readOnly: true,
  checks: (context) => ({ message: accountCheck(context, 'sts:DecodeAuthorizationMessage') }),
  execute({ ports, account }, { EncodedMessage }) {
    const DecodedMessage = decodeDenial(ports.sealer, account, EncodedMessage);
    if (DecodedMessage === undefined) {
      throw new AwsError('InvalidAuthorizationMessageException', 'Message is not valid');
    }
    return { DecodedMessage };
  },
  audit: { responseElements: () => null, omit: ['EncodedMessage'] },
});
