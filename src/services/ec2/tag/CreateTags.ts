/** Adds tags or overwrites their values: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */

import type { Check } from '../../../invoke/verdict.ts';
import { ec2 } from '../ec2.ts';
import { ownResourceCheck, type ResourceRecord } from '../resource/kind.ts';
import { mergeTags, requestTagKeys, requestTags, requireUnreservedTags } from '../resource/tag.ts';
import { kindOfId } from './taggable.ts';

export default ec2.operation('CreateTags', {
  async checks(context, input) {
    const tags = requestTags(input.Tags);
    requireUnreservedTags(context, tags);
    const resources: Check<ResourceRecord>[] = [];
    for (const id of new Set(input.Resources)) {
      resources.push(
        await ownResourceCheck(context, kindOfId(id), 'ec2:CreateTags', id, () => requestTagKeys(tags)),
      );
    }
    return { resources };
  },
  async execute(context, input, { resources }) {
    const tags = requestTags(input.Tags);
    for (const { record } of resources) {
      await kindOfId(record.id).records.put(context.tx, { ...record, tags: mergeTags(record.tags, tags) });
    }
    return {};
  },
});
