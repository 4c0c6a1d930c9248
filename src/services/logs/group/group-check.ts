/** The checks on a log group and on a stream of it. */
import type { ResolveContext } from '../../../invoke/context.ts';
import {
  type Check,
  type ConditionValues,
  type Found,
  type Question,
  resolved,
} from '../../../invoke/verdict.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { noGroup, noStream } from '../errors.ts';
import { resourcePolicyOf } from '../resource-policy/resource-policy.ts';
import { type LogStreamRecord, logStreams } from '../stream/stream.ts';
import { type LogGroupRecord, logGroups, streamArn } from './group.ts';

/** An unknown group is reported after authorization on its name. */
export async function groupCheck(
  context: ResolveContext,
  operation: string,
  name: string,
  conditions: () => ConditionValues = () => ({}),
): Promise<Check<LogGroupRecord>> {
  const { tx, account, region } = context;
  const group = await tx.get(logGroups, [account, region, name]);
  const asked: Question = {
    ...check(context, operation, streamArn(context, name)),
    conditions: () => ({ ...resourceTagConditions(group?.tags), ...conditions() }),
  };
  return resolved(asked, group, noGroup);
}

/** What a call on a stream is about; `stream` is undefined where it does not exist (yet). */
interface InGroup {
  readonly group: LogGroupRecord;
  readonly stream: LogStreamRecord | undefined;
}

/**
 * A stream is authorized by its group's tags. AWS services come in by the account's resource policies, which decide of
 * nobody else (PutResourcePolicy).
 */
export async function streamCheck(
  context: ResolveContext,
  operation: string,
  groupName: string,
  streamName: string,
): Promise<Check<InGroup>> {
  const { tx, account, region, caller } = context;
  const group = await tx.get(logGroups, [account, region, groupName]);
  const stream = group && (await tx.get(logStreams, [group.groupId, streamName]));
  const byService = caller.kind === 'service' && {
    resourceRule: 'standard' as const,
    resourcePolicy: await resourcePolicyOf(context, groupName),
  };
  const asked: Question = {
    ...check(context, operation, streamArn(context, groupName, streamName)),
    ...byService,
    conditions: () => resourceTagConditions(group?.tags),
  };
  return resolved(asked, group && { group, stream }, noGroup);
}

/** The same, where the stream must be there. */
export async function existingStreamCheck(
  context: ResolveContext,
  operation: string,
  groupName: string,
  streamName: string,
): Promise<Check<InGroup & { readonly stream: LogStreamRecord }>> {
  const found = await streamCheck(context, operation, groupName, streamName);
  if (found.missing) return found;
  const { group, stream } = found.record;
  return resolved(found, stream && { group, stream }, noStream);
}

/** For what is about a group, asked for by an action that policies allow on every resource or none. */
export async function anyResourceGroupCheck(
  context: ResolveContext,
  operation: string,
  name: string,
): Promise<Check<LogGroupRecord>> {
  const { tx, account, region } = context;
  return resolved(check(context, operation, '*'), await tx.get(logGroups, [account, region, name]), noGroup);
}

/** For what is about all of the account's groups, asked for by an action on a group. */
export const allGroupsCheck = (context: ResolveContext, operation: string): Found<null> => ({
  ...check(context, operation, streamArn(context, '*')),
  record: null,
});

const check = ({ account }: ResolveContext, operation: string, resource: string): Question => ({
  action: `logs:${operation}`,
  resource,
  account,
});
