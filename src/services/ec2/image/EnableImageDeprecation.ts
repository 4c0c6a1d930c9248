/** Says when an image is out of date: then listings show it to nobody but its owner, unless they ask: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html */
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { imageKind, images } from './image.ts';
import { requireDeprecation } from './image-life.ts';

export default ec2.operation('EnableImageDeprecation', {
  async checks(context, input) {
    return { image: await ownResourceCheck(context, imageKind, 'ec2:EnableImageDeprecation', input.ImageId) };
  },
  preconditions({ nowMs }, { DeprecateAt }, { image: { record } }) {
    requireDeprecation(record, DeprecateAt, nowMs);
  },
  execute({ tx, nowMs }, { DeprecateAt }, { image: { record } }) {
    tx.put(images, { ...record, deprecatesAtMs: requireDeprecation(record, DeprecateAt, nowMs) });
    return { Return: true };
  },
});
