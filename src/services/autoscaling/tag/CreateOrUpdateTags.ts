/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html */
import { autoscaling } from '../autoscaling.ts';
import { groups } from '../group/group.ts';
import { mergeTags, requestTags, requireTagged, taggedCheck, tagsByGroup } from './tag.ts';

export default autoscaling.operation('CreateOrUpdateTags', {
  checks: async (context, { Tags: tags }) => ({
    groups: await taggedCheck(context, 'CreateOrUpdateTags', tags),
  }),
  preconditions({ caller }, { Tags: tags }) {
    requireTagged(tags);
    for (const asked of tagsByGroup(tags).values()) requestTags(caller, asked);
  },
  execute({ tx, caller }, input, { groups: tagged }) {
    const asked = tagsByGroup(input.Tags);
    for (const { record: group } of tagged) {
      tx.put(groups, { ...group, tags: mergeTags(group.tags, requestTags(caller, asked.get(group.name))) });
    }
    return {};
  },
});
