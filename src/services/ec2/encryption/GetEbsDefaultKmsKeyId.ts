/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsDefaultKmsKeyId.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { readAccountEncryption } from './account-encryption.ts';
import { MANAGED_KEY_ALIAS } from './key-choice.ts';

export default ec2.operation('GetEbsDefaultKmsKeyId', {
  readOnly: true,
  checks: (context) => ({ setting: accountCheck(context, 'ec2:GetEbsDefaultKmsKeyId') }),
  async execute(context) {
    const { defaultKeyId } = await readAccountEncryption(context.tx, context);
    return { KmsKeyId: defaultKeyId ?? MANAGED_KEY_ALIAS };
  },
});
