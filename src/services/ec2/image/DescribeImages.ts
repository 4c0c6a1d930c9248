/**
 * Own, shared and public images (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html).
 */
import type { Scope } from '../../../aws/scope.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { asSeenFrom } from '../resource/foreign-tags.ts';
import { accountCheck, listResources, visible } from '../resource/kind.ts';
import { requireUserIds } from '../resource/user-id.ts';
import { imageFilters, imageKind, images, isPublicImage, isSharedBy, showImage } from './image.ts';
import { isDeprecated, showLife } from './image-life.ts';
import type { ImageRecord } from './image-record.ts';
import { keysOfAccount } from './image-sharing.ts';
import { publicImages } from './public-images.ts';

const OWNERS = ['self', 'amazon', 'aws-backup-vault', 'aws-marketplace'];

export default ec2.operation('DescribeImages', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeImages') }),
  async execute(context, input) {
    const { Owners: owners, ExecutableUsers: executableBy } = input;
    requireUserIds(owners, OWNERS);
    requireUserIds(executableBy, ['self', 'all']);
    const ownKeys = await keysOfAccount(context.tx, context);
    const isOwned = (image: ImageRecord) =>
      owners?.some((owner) =>
        owner === 'self'
          ? image.account === context.account
          : [image.account, image.ownerAlias].includes(owner),
      ) ?? true;
    const isExecutable = (image: ImageRecord) =>
      executableBy?.some((user) =>
        user === 'all'
          ? isPublicImage(image)
          : isSharedBy(image, user === 'self' || user === context.account ? ownKeys : [user]),
      ) ?? true;
    // What is named is shown whatever has become of it, unless it is deregistered (aws-facts F54).
    const isListed = (image: ImageRecord) =>
      Boolean(input.ImageIds?.length) ||
      ((input.IncludeDisabled || image.state !== 'disabled') &&
        (input.IncludeDeprecated ||
          image.account === context.account ||
          !isDeprecated(image, context.nowMs)));
    const page = await describeResources(context.tx, context, {
      kind: imageKind,
      ids: input.ImageIds,
      idsName: 'imagesSet',
      filters: input.Filters,
      fields: imageFilters,
      page: input,
      limits: { min: 1 },
      also: (image) => isOwned(image) && isExecutable(image) && isListed(image),
      list: () => visibleImages(context.tx, context, ownKeys),
    });
    return {
      Images: page.items.map((image) => ({ ...showImage(image), ...showLife(image, context.nowMs) })),
      NextToken: page.nextToken,
    };
  },
});

async function visibleImages(
  tx: ReadTransaction,
  scope: Scope,
  keys: readonly string[],
): Promise<ImageRecord[]> {
  const own = await listResources(tx, imageKind, scope);
  const shared = await Promise.all(
    [...keys, 'all'].map((key) => tx.find(images, 'sharedWith', { prefix: [scope.region, key] })),
  );
  const others = shared.flat().filter((image) => visible(imageKind, image));
  const all = new Set([...own, ...others, ...publicImages(scope.region)]);
  return Promise.all([...all].map((image) => asSeenFrom(tx, scope, image)));
}
