/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetImageBlockPublicAccessState.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { readRegionSettings } from './region-settings.ts';

export default ec2.operation('GetImageBlockPublicAccessState', {
  readOnly: true,
  checks: (context) => ({ setting: accountCheck(context, 'ec2:GetImageBlockPublicAccessState') }),
  async execute(context) {
    const { imagePublicAccess } = await readRegionSettings(context.tx, context);
    return { ImageBlockPublicAccessState: imagePublicAccess, ManagedBy: 'account' };
  },
});
