/** The text of an event as it is kept, under the group's data key where it has one, and as it is read. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Entropy } from '../../../platform/ports.ts';
import { openMessage, sealMessage } from '../../../service-kit/sealed-message.ts';
import type { OpenKeys } from '../encryption/group-key.ts';
import type { LogGroupRecord } from '../group/group.ts';
import type { LogEventRecord } from './event.ts';

export function keptMessage(
  group: LogGroupRecord,
  keys: OpenKeys,
  eventId: string,
  message: string,
  entropy: Entropy,
): Pick<LogEventRecord, 'message' | 'keyIndex'> {
  const keyIndex = (group.keys ?? []).length - 1;
  // A group of a real account has its data key there, and none here.
  if (group.kmsKeyArn === undefined || keyIndex < 0) return { message };
  return { message: sealMessage(keyAt(keys, keyIndex), eventId, message, entropy), keyIndex };
}

export function messageOf({ message, eventId, keyIndex }: LogEventRecord, keys: OpenKeys): string {
  return keyIndex === undefined ? message : openMessage(keyAt(keys, keyIndex), eventId, message);
}

/** The group may have been put under another key since its keys were asked for. */
function keyAt(keys: OpenKeys, index: number): Uint8Array {
  const key = keys.get(index);
  if (!key)
    throw new AwsError('OperationAbortedException', 'The log group was changed meanwhile. Try again.');
  return key;
}
