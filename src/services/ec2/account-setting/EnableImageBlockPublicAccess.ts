/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageBlockPublicAccess.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { changeRegionSettings } from './region-settings.ts';

export default ec2.operation('EnableImageBlockPublicAccess', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:EnableImageBlockPublicAccess') }),
  async execute(context, { ImageBlockPublicAccessState: imagePublicAccess }) {
    await changeRegionSettings(context.tx, context, { imagePublicAccess });
    return { ImageBlockPublicAccessState: imagePublicAccess };
  },
});
