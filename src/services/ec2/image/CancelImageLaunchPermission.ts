/**
 * Gives up an image that somebody has shared with the account. Whoever has it by its organization, or as everybody, keeps it.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelImageLaunchPermission.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { imageKind, images } from './image.ts';
import { withPermissions } from './image-permission.ts';

export default ec2.operation('CancelImageLaunchPermission', {
  checks: async (context, { ImageId }) => ({
    image: await resourceCheck(context, imageKind, 'ec2:CancelImageLaunchPermission', ImageId),
  }),
  preconditions({ account }, _input, { image: { record } }) {
    if (record.account !== account && record.launchPermissions.includes(account)) return;
    throw new AwsError('InvalidParameterValue', `The image '${record.id}' is not shared with your account.`);
  },
  async execute({ tx, account }, _input, { image: { record } }) {
    const kept = await tx.get(images, [record.account, record.region, record.id]);
    if (kept) tx.put(images, withPermissions(kept, { add: [], remove: [account] }));
    return { Return: true };
  },
});
