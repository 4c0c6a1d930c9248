/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsEncryptionByDefault.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { readAccountEncryption } from './account-encryption.ts';

export default ec2.operation('GetEbsEncryptionByDefault', {
  readOnly: true,
  checks: (context) => ({ setting: accountCheck(context, 'ec2:GetEbsEncryptionByDefault') }),
  async execute(context) {
    const { byDefault } = await readAccountEncryption(context.tx, context);
    return { EbsEncryptionByDefault: byDefault, SseType: byDefault ? 'sse-kms' : 'none' };
  },
});
