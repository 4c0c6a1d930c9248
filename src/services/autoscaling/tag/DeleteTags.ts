/**
 * A tag named with a value goes only where it has that value.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteTags.html
 */
import { autoscaling } from '../autoscaling.ts';
import { groups } from '../group/group.ts';
import { requireTagged, requireUnreservedTags, taggedCheck, tagsByGroup } from './tag.ts';

export default autoscaling.operation('DeleteTags', {
  checks: async (context, input) => ({ groups: await taggedCheck(context, 'DeleteTags', input.Tags) }),
  preconditions({ caller }, input) {
    requireTagged(input.Tags);
    requireUnreservedTags(caller, input.Tags);
  },
  execute({ tx }, input, { groups: tagged }) {
    const asked = tagsByGroup(input.Tags);
    for (const { record: group } of tagged) {
      const named = asked.get(group.name) ?? [];
      const tags = group.tags.filter(
        (tag) =>
          !named.some(({ Key, Value }) => Key === tag.Key && (Value === undefined || Value === tag.Value)),
      );
      tx.put(groups, { ...group, tags });
    }
    return {};
  },
});
