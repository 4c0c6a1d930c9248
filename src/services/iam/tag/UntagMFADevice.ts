/**
 * Removes tags from a virtual MFA device.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagMFADevice.html
 */
import { iam } from '../iam.ts';
import { taggableMfaDevice } from './taggable.ts';
import { untagResource } from './tagging.ts';

export default iam.operation('UntagMFADevice', untagResource(taggableMfaDevice));
