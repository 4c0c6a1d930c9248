/** Ends the protection, at once or after its cooldown: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageDeregistrationProtection.html */
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { imageKind, images } from './image.ts';
import { COOLDOWN_MS, protectionOf } from './image-life.ts';

export default ec2.operation('DisableImageDeregistrationProtection', {
  async checks(context, input) {
    return {
      image: await ownResourceCheck(
        context,
        imageKind,
        'ec2:DisableImageDeregistrationProtection',
        input.ImageId,
      ),
    };
  },
  execute({ tx, nowMs }, _input, { image: { record } }) {
    const { deregistrationProtection: protection, protectedUntilMs } = record;
    const untilMs = protection === 'enabled-with-cooldown' ? nowMs + COOLDOWN_MS : protectedUntilMs;
    const changed = { ...record, deregistrationProtection: undefined, protectedUntilMs: untilMs };
    tx.put(images, changed);
    return { Return: protectionOf(changed, nowMs) };
  },
});
