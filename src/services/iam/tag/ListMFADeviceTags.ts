/**
 * Lists the tags of a virtual MFA device.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADeviceTags.html
 */
import { iam } from '../iam.ts';
import { taggableMfaDevice } from './taggable.ts';
import { listResourceTags } from './tagging.ts';

export default iam.operation('ListMFADeviceTags', listResourceTags(taggableMfaDevice));
