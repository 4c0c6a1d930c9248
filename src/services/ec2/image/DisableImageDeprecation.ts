/** Takes back when an image is out of date: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageDeprecation.html */
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { imageKind, images } from './image.ts';

export default ec2.operation('DisableImageDeprecation', {
  async checks(context, input) {
    return {
      image: await ownResourceCheck(context, imageKind, 'ec2:DisableImageDeprecation', input.ImageId),
    };
  },
  execute({ tx }, _input, { image: { record } }) {
    tx.put(images, { ...record, deprecatesAtMs: undefined });
    return { Return: true };
  },
});
