/** Tags of parameters, and the operations on them, which are shared with the rest of Systems Manager. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { UnservedMember } from '../../../invoke/unserved.ts';
import { type Check, type ConditionValues, missingFor } from '../../../invoke/verdict.ts';
import { tagEntries, tagsByKey } from '../../../service-kit/tag-rules.ts';
import { invalid } from '../errors.ts';
import { parameterCheck } from '../parameter/parameter.ts';
import type { ParameterRecord } from '../parameter/parameter-record.ts';
import { isPublic } from '../parameter/public-parameters.ts';

/** Tags of documents, patch baselines and the like are not served, as those are not. */
export const OTHER_TYPES: readonly UnservedMember[] = [['ResourceType', 'Parameter']];

export const { withTags, withoutTags } = tagsByKey(
  {
    max: 50,
    duplicate: () => invalid('Duplicate tag keys are not allowed.'),
    reserved: () => invalid('aws: prefixed tag key names are not allowed for external use.'),
    tooMany: () => new AwsError('TooManyTagsError', ''),
  },
  tagEntries,
);

/** The parameter that a tag operation is about. */
export async function taggedCheck(
  context: ResolveContext,
  operation: string,
  { ResourceId }: { readonly ResourceId: string },
  conditions?: () => ConditionValues,
): Promise<Check<ParameterRecord>> {
  const check = await parameterCheck(context, operation, ResourceId, conditions);
  const isTaggable = check.record && !isPublic(check.record);
  return missingFor(check, isTaggable ? undefined : new AwsError('InvalidResourceId', ''));
}
