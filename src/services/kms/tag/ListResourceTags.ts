/**
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html
 */
import { keyChecks } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { pageOf } from '../page.ts';
import { tagList } from './tag.ts';

const DEFAULT_LIMIT = 50;

export default kms.operation('ListResourceTags', {
  readOnly: true,
  checks: (context, { KeyId }) => keyChecks(context, 'ListResourceTags', KeyId),
  async execute(_context, input, { key }) {
    const { items, ...rest } = pageOf(input, DEFAULT_LIMIT, tagList(key.record.tags), ({ TagKey }) => [
      TagKey,
    ]);
    return { Tags: items, ...rest };
  },
});
