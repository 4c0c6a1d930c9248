/**
 * Adds or changes tags of a key. They count in authorization at once; on AWS it may take minutes (aws-facts A1.13).
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html
 */
import { keys } from '../key/key.ts';
import { keyArnResponse, keyChecks, requireSuitableState } from '../key/key-check.ts';
import { requestTagConditions } from '../key/key-conditions.ts';
import { kms } from '../kms.ts';
import { withTags } from './tag.ts';

export default kms.operation('TagResource', {
  checks: (context, { KeyId, Tags }) =>
    keyChecks(context, 'TagResource', KeyId, { conditions: () => requestTagConditions(Tags) }),
  preconditions: (_context, _input, { key }) => requireSuitableState('TagResource', key),
  execute({ tx, caller }, { Tags }, { key }) {
    tx.put(keys, { ...key.record, tags: withTags(key.record.tags, Tags, caller) });
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
