/**
 * What KMS does of itself, as CloudTrail tells it: events of type AwsServiceEvent
 * (https://docs.aws.amazon.com/kms/latest/developerguide/ct-delete-key.html; aws-facts A5.6).
 */
import { type AuditEntry, auditLog } from '../../invoke/audit.ts';
import type { EffectContext } from '../../invoke/context.ts';
import { uuid } from '../../platform/identifiers.ts';
import { type KeyRecord, keyArn } from './key/key.ts';

interface ServiceEvent {
  readonly eventName: 'DeleteKey' | 'RotateKey' | 'DeleteExpiredKeyMaterial' | 'SynchronizeMultiRegionKey';
  readonly responseElements?: object;
  readonly serviceEventDetails?: object;
}

export function recordServiceEvent(context: EffectContext, key: KeyRecord, told: ServiceEvent): void {
  const { account, region, keyId } = key;
  const { tx, nowMs, entropy } = context;
  const { eventName, responseElements = null, serviceEventDetails } = told;
  const arn = keyArn(key);
  const eventID = uuid(entropy);
  const event = {
    eventVersion: '1.11',
    userIdentity: { accountId: account, invokedBy: 'AWS Internal' },
    eventTime: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    eventSource: 'kms.amazonaws.com',
    eventName,
    awsRegion: region,
    sourceIPAddress: 'AWS Internal',
    userAgent: 'AWS Internal',
    requestParameters: null,
    responseElements,
    eventID,
    readOnly: false,
    resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: arn }],
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: account,
    ...(serviceEventDetails && { serviceEventDetails }),
    eventCategory: 'Management',
  };
  const entry: AuditEntry = {
    stream: `${account}/${region}`,
    atMs: nowMs,
    labels: {
      EventId: eventID,
      EventName: eventName,
      EventSource: event.eventSource,
      ReadOnly: 'false',
      About: [arn],
      ResourceName: [arn, keyId],
      ResourceType: ['AWS::KMS::Key'],
    },
    body: { event, decisions: [] },
  };
  tx.append(auditLog, entry);
}
