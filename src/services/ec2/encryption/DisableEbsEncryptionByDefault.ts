/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableEbsEncryptionByDefault.html. Existing volumes stay as they are. */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { changeAccountEncryption } from './account-encryption.ts';

export default ec2.operation('DisableEbsEncryptionByDefault', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:DisableEbsEncryptionByDefault') }),
  async execute(context) {
    const { byDefault } = await changeAccountEncryption(context.tx, context, { byDefault: false });
    return { EbsEncryptionByDefault: byDefault };
  },
});
