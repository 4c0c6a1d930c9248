/** The checks on a log group and on a stream of it. */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
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
  return {
    ...check(context, operation, streamArn(context, name), group as LogGroupRecord),
    missing: group ? undefined : noGroup(),
    conditions: () => ({ ...resourceTagConditions(group?.tags), ...conditions() }),
  };
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
  const group = (await tx.get(logGroups, [account, region, groupName])) as LogGroupRecord;
  const stream = group && (await tx.get(logStreams, [group.groupId, streamName]));
  const byService = caller.kind === 'service' && {
    resourceRule: 'standard' as const,
    resourcePolicy: await resourcePolicyOf(context, groupName),
  };
  return {
    ...check(context, operation, streamArn(context, groupName, streamName), { group, stream }),
    ...byService,
    missing: group ? undefined : noGroup(),
    conditions: () => resourceTagConditions(group?.tags),
  };
}

/** The same, where the stream must be there. */
export async function existingStreamCheck(
  context: ResolveContext,
  operation: string,
  groupName: string,
  streamName: string,
): Promise<Check<InGroup & { readonly stream: LogStreamRecord }>> {
  const found = await streamCheck(context, operation, groupName, streamName);
  const missing = found.missing ?? (found.record.stream ? undefined : noStream());
  return { ...found, missing } as Check<InGroup & { readonly stream: LogStreamRecord }>;
}

/** For what is about the account as a whole. */
export const accountCheck = (context: ResolveContext, operation: string): Check<null> =>
  check(context, operation, '*', null);

const check = <R>({ account }: ResolveContext, operation: string, resource: string, record: R): Check<R> => ({
  action: `logs:${operation}`,
  resource,
  account,
  record,
});
