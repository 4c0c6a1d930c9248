/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html */
import { filtersTest } from '../describe/filter.ts';
import { pageOf } from '../describe/page.ts';
import { ec2 } from '../ec2.ts';
import { listForeignTags } from '../resource/foreign-tags.ts';
import { accountCheck, listResources, type ResourceRecord } from '../resource/kind.ts';
import type { Tag } from '../resource/tag.ts';
import { TAGGABLE } from './taggable.ts';

interface TagOfResource {
  /** The tag itself, for `tag:<key>` filters. */
  readonly tags: readonly Tag[];
  readonly key: string;
  readonly value: string;
  readonly resourceId: string;
  readonly resourceType: string;
}

export default ec2.operation('DescribeTags', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeTags') }),
  async execute(context, input) {
    const matches = filtersTest<TagOfResource>(input.Filters, {
      key: ({ key }) => key,
      'resource-id': ({ resourceId }) => resourceId,
      'resource-type': ({ resourceType }) => resourceType,
      value: ({ value }) => value,
    });
    const found = (await listForeignTags(context.tx, context)).flatMap((given) => tagsOf(given, given.type));
    for (const kind of TAGGABLE) {
      const own = await listResources(context.tx, kind, context);
      found.push(...own.flatMap((resource) => tagsOf(resource, kind.type)));
    }
    const position = ({ resourceId, key }: TagOfResource) => `${resourceId} ${key}`;
    const sorted = found.filter(matches).sort((one, other) => (position(one) < position(other) ? -1 : 1));
    const page = pageOf(sorted, position, input);
    return {
      Tags: page.items.map(({ key, value, resourceId, resourceType }) => ({
        Key: key,
        Value: value,
        ResourceId: resourceId,
        ResourceType: resourceType,
      })),
      NextToken: page.nextToken,
    };
  },
});

const tagsOf = ({ id, tags }: ResourceRecord, resourceType: string): TagOfResource[] =>
  tags.map((tag) => ({ tags: [tag], key: tag.Key, value: tag.Value, resourceId: id, resourceType }));
