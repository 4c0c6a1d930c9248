/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceMetadataDefaults.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { readRegionSettings } from './region-settings.ts';

export default ec2.operation('GetInstanceMetadataDefaults', {
  readOnly: true,
  checks: (context) => ({ setting: accountCheck(context, 'ec2:GetInstanceMetadataDefaults') }),
  async execute(context) {
    const { metadata } = await readRegionSettings(context.tx, context);
    return { AccountLevel: { ...metadata, ManagedBy: 'account' } };
  },
});
