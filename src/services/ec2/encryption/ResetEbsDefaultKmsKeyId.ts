/** Back to aws/ebs: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetEbsDefaultKmsKeyId.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { changeAccountEncryption } from './account-encryption.ts';
import { MANAGED_KEY_ALIAS } from './key-choice.ts';

export default ec2.operation('ResetEbsDefaultKmsKeyId', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:ResetEbsDefaultKmsKeyId') }),
  async execute(context) {
    await changeAccountEncryption(context.tx, context, { defaultKeyId: undefined });
    return { KmsKeyId: MANAGED_KEY_ALIAS };
  },
});
