/**
 * Allowed AMIs are not served, and refused where they are to be enabled: they are off, and all images are allowed.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetAllowedImagesSettings.html
 */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';

export default ec2.operation('GetAllowedImagesSettings', {
  readOnly: true,
  checks: (context) => ({ setting: accountCheck(context, 'ec2:GetAllowedImagesSettings') }),
  execute: () => ({ State: 'disabled', ImageCriteria: [], ManagedBy: 'account' }),
});
