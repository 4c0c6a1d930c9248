/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html. A tag named with a value goes only where
 * it has that value; without tags, all go but AWS's own.
 */
import type { Check } from '../../../invoke/verdict.ts';
import { isReservedTag } from '../../../service-kit/reserved-tags.ts';
import { ec2 } from '../ec2.ts';
import type { ResourceRecord } from '../resource/kind.ts';
import { requireUnreservedKeys, type Tag } from '../resource/tag.ts';
import { putTags, taggedCheck } from './tagged.ts';

export default ec2.operation('DeleteTags', {
  async checks(context, input) {
    const keys = input.Tags?.flatMap(({ Key }) => Key ?? []);
    requireUnreservedKeys(context, keys ?? []);
    const conditions = () => ({ 'aws:TagKeys': keys });
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
      ) ?? !isReservedTag(Key);
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
