/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableEbsEncryptionByDefault.html. Existing volumes stay as they are. */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { changeAccountEncryption } from './account-encryption.ts';

export default ec2.operation('EnableEbsEncryptionByDefault', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:EnableEbsEncryptionByDefault') }),
  async execute(context) {
    const { byDefault } = await changeAccountEncryption(context.tx, context, { byDefault: true });
    return { EbsEncryptionByDefault: byDefault };
  },
});
