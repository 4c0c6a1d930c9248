/** Tags of log groups and their rules. */

import { parseArn } from '../../../aws/arn.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import type { Tags } from '../../../aws/tags.ts';
import type { Caller } from '../../../invoke/caller.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import { setsReservedTags } from '../../../service-kit/reserved-tags.ts';
import { invalidParameter, noGroup } from '../errors.ts';
import { groupArn, groupOfArn, type LogGroupRecord } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';

const MOST_TAGS = 50;

export function withTags(existing: Tags, added: Tags, caller: Caller): Tags {
  if (setsReservedTags(caller, Object.keys(added))) {
    throw invalidParameter('aws: prefixed tag key names are not allowed for external use.');
  }
  const tags = { ...existing, ...added };
  if (Object.keys(tags).length > MOST_TAGS) {
    throw new AwsError('TooManyTagsException', `The resource can have no more than ${MOST_TAGS} tags.`);
  }
  return tags;
}

/** The check on the group of a tag operation that names it by ARN: policies name it without its streams. */
export async function taggedCheck(
  context: ResolveContext,
  operation: string,
  resourceArn: string,
  conditions?: () => ConditionValues,
): Promise<Check<LogGroupRecord>> {
  const name = groupOfArn(resourceArn);
  if (!name) throw invalidParameter(`Invalid resourceArn: ${resourceArn}`);
  const check = await groupCheck(context, operation, name, conditions);
  const arn = parseArn(resourceArn);
  const isOwn = arn?.account === context.account && arn.region === context.region;
  return { ...check, resource: groupArn(context, name), missing: isOwn ? check.missing : noGroup() };
}
