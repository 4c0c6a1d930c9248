/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTags.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import type { TagDescription } from '../../../shapes/generated/autoscaling.ts';
import { autoscaling } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { groups } from '../group/group.ts';
import { pageOf } from '../page.ts';
import { showTag } from './tag.ts';

const FILTERS: Readonly<Record<string, (tag: TagDescription) => string>> = {
  'auto-scaling-group': ({ ResourceId = '' }) => ResourceId,
  key: ({ Key = '' }) => Key,
  value: ({ Value = '' }) => Value,
  'propagate-at-launch': ({ PropagateAtLaunch }) => String(PropagateAtLaunch),
};

export default autoscaling.operation('DescribeTags', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeTags') }),
  async execute({ tx, account, region }, input) {
    const all = await tx.list(groups, { prefix: [account, region] });
    const filters = (input.Filters ?? []).map(({ Name = '', Values = [] }) => {
      const fieldOf = Object.hasOwn(FILTERS, Name) ? FILTERS[Name] : undefined;
      if (!fieldOf) {
        throw validationError(
          `Filter type ${Name} is not correct. Allowed Filter types are: ${Object.keys(FILTERS).join(' ')}`,
        );
      }
      return (tag: TagDescription) => Values.includes(fieldOf(tag));
    });
    const found = all
      .flatMap((group) => group.tags.map((tag) => showTag(group, tag)))
      .filter((tag) => filters.every((holds) => holds(tag)));
    const { items, NextToken } = pageOf(found, ({ ResourceId = '', Key = '' }) => [ResourceId, Key], input);
    return { Tags: [...items], NextToken };
  },
});
