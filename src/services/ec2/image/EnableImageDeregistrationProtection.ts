/** Nobody may deregister the image from now on: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeregistrationProtection.html */
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { imageKind, images } from './image.ts';

export default ec2.operation('EnableImageDeregistrationProtection', {
  async checks(context, input) {
    return {
      image: await ownResourceCheck(
        context,
        imageKind,
        'ec2:EnableImageDeregistrationProtection',
        input.ImageId,
      ),
    };
  },
  execute({ tx }, { WithCooldown }, { image: { record } }) {
    const protection = WithCooldown ? 'enabled-with-cooldown' : 'enabled-without-cooldown';
    tx.put(images, { ...record, deregistrationProtection: protection, protectedUntilMs: undefined });
    return { Return: protection };
  },
});
