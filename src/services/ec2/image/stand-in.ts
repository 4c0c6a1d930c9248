/**
 * With `--any-image`, an image id that is unknown stands for an Amazon Linux image of the architecture that its use
 * implies: templates carry ids of AWS's own images, which are others in each Region and go when they are old.
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { ImageRecord } from './image-record.ts';
import { publicImageParameters, publicImages } from './public-images.ts';

/** Undefined where ids are to be right, as on AWS; then the hint names the nearest that is. */
export function standInImage(
  { ports, region }: ResolveContext,
  id: string,
  architectures: readonly string[],
): ImageRecord | undefined {
  const like = publicImages(region).find(
    ({ name, architecture }) => name.startsWith('al2023-') && architectures.includes(architecture),
  );
  if (!like) return undefined;
  if (!ports.standInImages) {
    const [parameter] = [...publicImageParameters(region)].find(([, image]) => image === like.id) ?? [];
    ports.hint?.(
      `${id} is no image here. The nearest for the instance type is ${like.id} (${like.name}), which ` +
        `resolve:ssm:${parameter} names too; or start with --any-image`,
    );
    return undefined;
  }
  ports.standInImages(`${id} is unknown: it stands for ${like.id} (${like.name})`);
  return { ...like, id };
}
