/** A disabled image is available again. Who it was shared with has it no longer: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImage.html */
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { requireRestored } from '../snapshot/images-of-snapshot.ts';
import { imageKind } from './image.ts';
import { changeState, requireEither } from './image-state.ts';

export default ec2.operation('EnableImage', {
  async checks(context, input) {
    return { image: await ownResourceCheck(context, imageKind, 'ec2:EnableImage', input.ImageId) };
  },
  async preconditions(context, _input, { image: { record } }) {
    requireEither(record);
    await requireRestored(context.tx, record);
  },
  execute(context, _input, { image: { record } }) {
    changeState(context, { ...record, state: 'available' });
    return { Return: true };
  },
});
