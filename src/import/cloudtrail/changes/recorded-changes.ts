/**
 * What a recorded event changed: whose policy, grant or attachment, and what it was from then on. By these the policies of an
 * earlier time are put together, and those of now where nobody has read them.
 */
import type { KeptEvent } from '../use.ts';
import type { Readers, RecordedChange } from './change.ts';
import { IAM_CHANGES } from './iam-changes.ts';
import { KMS_CHANGES } from './kms-changes.ts';
import { ORGANIZATIONS_CHANGES } from './organizations-changes.ts';
import { AUTOSCALING_CHANGES, EC2_CHANGES } from './workload-changes.ts';

/** Of instances and the like there are many more than of policies, and less hangs on each. */
const WORKLOAD: Readonly<Record<string, Readers>> = {
  'ec2.amazonaws.com': EC2_CHANGES,
  'autoscaling.amazonaws.com': AUTOSCALING_CHANGES,
};

export const isOfWorkload = ({ eventSource = '' }: KeptEvent): boolean =>
  Object.hasOwn(WORKLOAD, eventSource);

const READERS: Readonly<Record<string, Readers>> = {
  'iam.amazonaws.com': IAM_CHANGES,
  'kms.amazonaws.com': KMS_CHANGES,
  'organizations.amazonaws.com': ORGANIZATIONS_CHANGES,
  ...WORKLOAD,
};

/** None for what changes nothing that a decision rests on, or failed. */
export function recordedChanges(event: KeptEvent): readonly RecordedChange[] {
  const { eventSource = '', eventName = '', errorCode, requestParameters } = event;
  const readers = Object.hasOwn(READERS, eventSource) ? READERS[eventSource] : undefined;
  if (errorCode || !readers || !Object.hasOwn(readers, eventName)) return [];
  const changes = readers[eventName]?.(requestParameters ?? {}, event) ?? [];
  const isMaking = changes.some(({ isNew }) => isNew);
  return changes.map((change) => ({ ...change, event, ...(isMaking && { isOfMaking: true }) }));
}
