/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageBlockPublicAccess.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { changeRegionSettings } from './region-settings.ts';

export default ec2.operation('DisableImageBlockPublicAccess', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:DisableImageBlockPublicAccess') }),
  async execute(context) {
    await changeRegionSettings(context.tx, context, { imagePublicAccess: 'unblocked' });
    return { ImageBlockPublicAccessState: 'unblocked' };
  },
});
