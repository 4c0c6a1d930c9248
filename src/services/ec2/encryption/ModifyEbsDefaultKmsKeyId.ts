/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyEbsDefaultKmsKeyId.html. The key is not asked for:
 * one that cannot be used makes later creations and launches fail (aws-facts B11).
 */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { changeAccountEncryption } from './account-encryption.ts';
import { asKeyArn } from './key-choice.ts';

export default ec2.operation('ModifyEbsDefaultKmsKeyId', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:ModifyEbsDefaultKmsKeyId') }),
  async execute(context, input) {
    const defaultKeyId = asKeyArn(context, input.KmsKeyId);
    await changeAccountEncryption(context.tx, context, { defaultKeyId });
    return { KmsKeyId: defaultKeyId };
  },
});
