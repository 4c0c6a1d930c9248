/** Keeps an image from being launched and listed, and ends its sharing: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImage.html */
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { imageKind } from './image.ts';
import { changeState, requireEither } from './image-state.ts';

export default ec2.operation('DisableImage', {
  async checks(context, input) {
    return { image: await ownResourceCheck(context, imageKind, 'ec2:DisableImage', input.ImageId) };
  },
  preconditions(_context, _input, { image: { record } }) {
    requireEither(record);
  },
  execute(context, _input, { image: { record } }) {
    changeState(context, { ...record, state: 'disabled', launchPermissions: [] });
    return { Return: true };
  },
});
