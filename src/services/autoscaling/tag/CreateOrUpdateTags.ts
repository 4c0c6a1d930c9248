/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html */
import { autoscaling } from '../autoscaling.ts';
import { checkGroup, groups } from '../group/group.ts';
import { mergeTags, requestTagKeys, requestTags, tagsByGroup } from './tag.ts';

export default autoscaling.operation('CreateOrUpdateTags', {
  async checks(context, input) {
    const checks = [...tagsByGroup(input.Tags)].map(([name, asked]) => {
      const tags = requestTags(context.caller, asked);
      return checkGroup(context, 'CreateOrUpdateTags', name, () => requestTagKeys(tags));
    });
    return { groups: await Promise.all(checks) };
  },
  execute({ tx, caller }, input, { groups: tagged }) {
    const asked = tagsByGroup(input.Tags);
    for (const { record: group } of tagged) {
      tx.put(groups, { ...group, tags: mergeTags(group.tags, requestTags(caller, asked.get(group.name))) });
    }
    return {};
  },
});
