/**
 * With `--any-image`, an image id that is unknown stands for an Amazon Linux image of the architecture that its use
 * implies: templates carry ids of AWS's own images, which are others in each Region and go when they are old.
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { ImageRecord } from './image-record.ts';
import { publicImages } from './public-images.ts';

/** Undefined where ids are to be right, as on AWS. */
export function standInImage(
  { ports, region }: ResolveContext,
  id: string,
  architectures: readonly string[],
): ImageRecord | undefined {
  if (!ports.standInImages) return undefined;
  const like = publicImages(region).find(
    ({ name, architecture }) => name.startsWith('al2023-') && architectures.includes(architecture),
  );
  if (!like) return undefined;
  ports.standInImages(`${id} is unknown: it stands for ${like.id} (${like.name})`);
  return { ...like, id };
}
