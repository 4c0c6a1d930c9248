/**
 * Adds tags to a virtual MFA device, or replaces the values of those it has.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagMFADevice.html
 */
import { iam } from '../iam.ts';
import { taggableMfaDevice } from './taggable.ts';
import { tagResource } from './tagging.ts';

export default iam.operation('TagMFADevice', tagResource(taggableMfaDevice));
