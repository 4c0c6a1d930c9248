/** Ends all sharing: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetImageAttribute.html */
import { ec2 } from '../ec2.ts';
import { attributeConditions } from '../resource/attribute-conditions.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { imageKind, images } from './image.ts';

export default ec2.operation('ResetImageAttribute', {
  async checks(context, input) {
    const conditions = () => attributeConditions({ LaunchPermission: '' });
    return {
      image: await ownResourceCheck(context, imageKind, 'ec2:ResetImageAttribute', input.ImageId, conditions),
    };
  },
  execute(context, _input, { image: { record } }) {
    context.tx.put(images, { ...record, launchPermissions: [] });
    return {};
  },
});
