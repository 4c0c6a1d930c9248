/**
 * Parameters that stand for images: EC2 reads them where an image id begins with `resolve:ssm:`, with the right that
 * ssm:GetParameters is (https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html).
 */
import type { ImageParameterSource } from '../../../invoke/ports/ports.ts';
import { selectedVersion } from '../version/version.ts';
import { parameterCheck } from './parameter.ts';
import { selected } from './parameter-name.ts';

export const imageParameters: ImageParameterSource = {
  async imageParameterCheck(context, named) {
    const pick = selected(context, named);
    const check = await parameterCheck(context, 'GetParameters', pick.name);
    if (check.missing) return check;
    const { value } = await selectedVersion(context, check.record, pick);
    const holdsImage = check.record.dataType === 'aws:ec2:image' && value !== undefined;
    return { ...check, record: holdsImage ? { imageId: value } : undefined };
  },
};
