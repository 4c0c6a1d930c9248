/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcBlockPublicAccessOptions.html */
import { changeRegionSettings } from '../../account-setting/region-settings.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { showBlockOptions } from './block-public-access.ts';

export default ec2.operation('ModifyVpcBlockPublicAccessOptions', {
  checks: (context) => ({ options: accountCheck(context, 'ec2:ModifyVpcBlockPublicAccessOptions') }),
  async execute(context, { InternetGatewayBlockMode: mode }) {
    const { tx, nowMs: updatedAtMs } = context;
    await changeRegionSettings(tx, context, { publicAccess: { mode, updatedAtMs } });
    const options = await showBlockOptions(tx, context);
    return { VpcBlockPublicAccessOptions: { ...options, State: 'update-in-progress' } };
  },
});
