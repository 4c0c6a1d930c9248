/**
 * The tags that a snapshot is started with (aws-facts F60,
 * https://docs.aws.amazon.com/ebs/latest/APIReference/API_StartSnapshot.html).
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { addTagList, type TagRules, tagRecord } from '../../../service-kit/tag-rules.ts';
import type { StartSnapshotRequest } from '../../../shapes/generated/ebs.ts';
import { invalid } from '../ebs.ts';

const MAX_TAGS = 50;
const invalidTag = (message: string) => invalid('INVALID_TAG', message);

const RULES: TagRules = {
  max: MAX_TAGS,
  duplicate: () => invalidTag('Duplicate tag keys are not allowed.'),
  reserved: () => invalidTag("Tag keys starting with 'aws:' are reserved for internal use."),
  tooMany: () => invalidTag(`A snapshot has at most ${MAX_TAGS} tags.`),
};

export function requireTags({ caller }: ResolveContext, input: StartSnapshotRequest): void {
  const tags = tagsOf(input);
  if (tags.some(({ Key }) => Key === '')) throw invalidTag('A tag has a key.');
  addTagList(RULES, [], tags, caller);
}

export const tagsOf = ({ Tags: tags }: StartSnapshotRequest) =>
  (tags ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value }));

export const requestTags = (input: StartSnapshotRequest) => requestTagConditions(tagRecord(tagsOf(input)));
