/** Tags of log groups and anomaly detectors, and their rules. */
import { parseArn } from '../../../aws/arn.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import type { Tags } from '../../../aws/tags.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, missingFor } from '../../../invoke/verdict.ts';
import { tagsByKey } from '../../../service-kit/tag-rules.ts';
import type { Table, Transaction } from '../../../store/store.ts';
import {
  anomalyDetectorCheck,
  anomalyDetectors,
  isAnomalyDetectorArn,
} from '../anomaly-detector/anomaly-detector.ts';
import { invalidParameter, noGroup } from '../errors.ts';
import { groupArn, groupOfArn, logGroups } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';

export const { withTags, withoutTags } = tagsByKey(
  {
    max: 50,
    // A map has no key twice.
    duplicate: () => invalidParameter('Duplicate tag keys are not allowed.'),
    reserved: () => invalidParameter('aws: prefixed tag key names are not allowed for external use.'),
    tooMany: () => new AwsError('TooManyTagsException', 'The resource can have no more than 50 tags.'),
  },
  (tags: Tags) => Object.entries(tags),
);

/** A log group or an anomaly detector: its tags, and how it is stored with others. */
export interface Tagged {
  readonly tags: Tags;
  retag(tx: Transaction, tags: Tags): void;
}

/** The check on what a tag operation names by ARN. Policies name a log group without its streams. */
export async function taggedCheck(
  context: ResolveContext,
  operation: string,
  resourceArn: string,
  conditions?: () => ConditionValues,
): Promise<Check<Tagged>> {
  if (isAnomalyDetectorArn(resourceArn)) {
    return as(await anomalyDetectorCheck(context, operation, resourceArn, conditions), anomalyDetectors);
  }
  const name = groupOfArn(resourceArn);
  if (!name) throw invalidParameter(`Invalid resourceArn: ${resourceArn}`);
  const check = await groupCheck(context, operation, name, conditions);
  const arn = parseArn(resourceArn);
  const isOwn = arn?.account === context.account && arn.region === context.region;
  return as(
    { ...missingFor(check, isOwn ? undefined : noGroup()), resource: groupArn(context, name) },
    logGroups,
  );
}

function as<R extends { readonly tags: Tags }>(check: Check<R>, table: Table<R>): Check<Tagged> {
  if (check.missing) return check;
  const { record } = check;
  return {
    ...check,
    record: { tags: record.tags, retag: (tx, tags) => tx.put(table, { ...record, tags }) },
  };
}
