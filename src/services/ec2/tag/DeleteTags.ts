/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html. A tag named with a value goes only where
 * it has that value; without tags, all go.
 */
import type { Check } from '../../../invoke/verdict.ts';
import { ec2 } from '../ec2.ts';
import type { ResourceRecord } from '../resource/kind.ts';
import type { Tag } from '../resource/tag.ts';
import { putTags, taggedCheck } from './tagged.ts';

export default ec2.operation('DeleteTags', {
  async checks(context, input) {
    const conditions = () => ({ 'aws:TagKeys': input.Tags?.flatMap(({ Key }) => Key ?? []) });
    const resources: Check<ResourceRecord>[] = [];
    for (const id of new Set(input.Resources)) {
      resources.push(await taggedCheck(context, 'ec2:DeleteTags', id, conditions));
    }
    return { resources };
  },
  async execute(context, input, { resources }) {
    const isNamed = ({ Key, Value }: Tag) =>
      input.Tags?.some(
        (named) => named.Key === Key && (named.Value === undefined || named.Value === Value),
      ) ?? true;
    for (const { record } of resources) {
      await putTags(
        context.tx,
        context,
        record,
        record.tags.filter((tag) => !isNamed(tag)),
      );
    }
    return {};
  },
});
