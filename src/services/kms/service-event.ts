/**
 * What KMS does on its own initiative, as CloudTrail records it
 * (https://docs.aws.amazon.com/kms/latest/developerguide/ct-delete-key.html; aws-facts A5.6).
 */
import { recordServiceEvent as record } from '../../invoke/audit/service-event.ts';
import type { EffectContext } from '../../invoke/context.ts';
import { type KeyRecord, keyArn } from './key/key.ts';

const FROM = 'AWS Internal';

interface ServiceEvent {
  readonly eventName: 'DeleteKey' | 'RotateKey' | 'DeleteExpiredKeyMaterial' | 'SynchronizeMultiRegionKey';
  readonly responseElements?: object;
  /** Recorded as a call, with a request id of its own. */
  readonly isCall?: boolean;
  readonly serviceEventDetails?: object;
}

export function recordServiceEvent(context: EffectContext, key: KeyRecord, event: ServiceEvent): void {
  const { account, region } = key;
  record(context, {
    ...event,
    eventSource: 'kms.amazonaws.com',
    account,
    region,
    userIdentity: { accountId: account, invokedBy: FROM },
    from: FROM,
    resource: { type: 'AWS::KMS::Key', arn: keyArn(key), isListed: true },
  });
}
