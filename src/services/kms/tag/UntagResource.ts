/**
 * Removes tags of a key; those it does not have are passed over.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html
 */
import { keys } from '../key/key.ts';
import { keyArnResponse, keyChecks, requireSuitableState } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { withoutTags } from './tag.ts';

export default kms.operation('UntagResource', {
  checks: (context, { KeyId, TagKeys }) =>
    keyChecks(context, 'UntagResource', KeyId, { conditions: () => ({ 'aws:TagKeys': TagKeys }) }),
  preconditions: (_context, _input, { key }) => requireSuitableState('UntagResource', key),
  execute({ tx, caller }, { TagKeys }, { key }) {
    tx.put(keys, { ...key.record, tags: withoutTags(key.record.tags, TagKeys, caller) });
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
