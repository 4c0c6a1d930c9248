/** A version as it is shown, with the image that its parameter stands for where that is asked for (aws-facts F31). */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { LaunchTemplateVersion } from '../../../shapes/generated/ec2.ts';
import { resolveImageId } from '../image/image-parameter.ts';
import {
  type LaunchTemplateRecord,
  type LaunchTemplateVersionRecord,
  showVersion,
} from './launch-template.ts';

export async function showResolvedVersion(
  context: ResolveContext,
  template: LaunchTemplateRecord,
  version: LaunchTemplateVersionRecord,
  isResolved: boolean | undefined,
): Promise<LaunchTemplateVersion> {
  const { data } = version;
  if (!isResolved || !data.ImageId) return showVersion(template, version);
  const { id: ImageId } = await resolveImageId(context, data.ImageId);
  return showVersion(template, { ...version, data: { ...data, ImageId } });
}
