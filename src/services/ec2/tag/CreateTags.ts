/** Adds tags or overwrites their values: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
import type { Check } from '../../../invoke/verdict.ts';
import { ec2 } from '../ec2.ts';
import type { ResourceRecord } from '../resource/kind.ts';
import { keysOf, mergeTags, namedTags, requestTagKeys, requireUnreservedKeys } from '../resource/tag.ts';
import { putTags, taggedCheck } from './tagged.ts';

export default ec2.operation('CreateTags', {
  async checks(context, input) {
    const tags = namedTags(input.Tags);
    requireUnreservedKeys(context, keysOf(tags));
    const resources: Check<ResourceRecord>[] = [];
    for (const id of new Set(input.Resources)) {
      resources.push(await taggedCheck(context, 'ec2:CreateTags', id, () => requestTagKeys(tags)));
    }
    return { resources };
  },
  async execute(context, input, { resources }) {
    const tags = namedTags(input.Tags);
    for (const { record } of resources) {
      await putTags(context.tx, context, record, mergeTags(record.tags, tags));
    }
    return {};
  },
});
