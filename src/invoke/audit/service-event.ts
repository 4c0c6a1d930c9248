/**
 * What a service reports to CloudTrail on its own initiative, without a call of the account's: mostly events of type
 * AwsServiceEvent (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/non-api-aws-service-events.html).
 */
import { uuid } from '../../platform/identifiers.ts';
import type { EffectContext } from '../context.ts';
import { type AuditEntry, auditLog } from './audit.ts';
import { recordedSeconds } from './recorded-time.ts';

export interface ServiceEvent {
  readonly eventName: string;
  /** `kms.amazonaws.com` */
  readonly eventSource: string;
  /** Whose trail records it. */
  readonly account: string;
  readonly region: string;
  readonly userIdentity: object;
  /** Shown for the address and the agent. */
  readonly from: string;
  readonly responseElements?: object;
  /** Recorded as a call of the service's own, with a request id. */
  readonly isCall?: boolean;
  readonly serviceEventDetails?: object;
  /** Whether the event itself lists it, or the event history only. */
  readonly resource?: { readonly type: string; readonly arn: string; readonly isListed: boolean };
}

export function recordServiceEvent({ tx, nowMs, entropy }: EffectContext, reported: ServiceEvent): void {
  const { eventName, eventSource, account, region, from, responseElements = null } = reported;
  const { type, arn, isListed = false } = reported.resource ?? {};
  const eventID = uuid(entropy);
  const event = {
    eventVersion: '1.11',
    userIdentity: reported.userIdentity,
    eventTime: recordedSeconds(nowMs),
    eventSource,
    eventName,
    awsRegion: region,
    sourceIPAddress: from,
    userAgent: from,
    requestParameters: null,
    responseElements,
    ...(reported.isCall && { requestID: uuid(entropy) }),
    eventID,
    readOnly: false,
    ...(isListed && { resources: [{ accountId: account, type, ARN: arn }] }),
    eventType: reported.isCall ? 'AwsApiCall' : 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: account,
    ...(reported.serviceEventDetails && { serviceEventDetails: reported.serviceEventDetails }),
    eventCategory: 'Management',
  };
  const entry: AuditEntry = {
    stream: `${account}/${region}`,
    atMs: nowMs,
    labels: {
      EventId: eventID,
      EventName: eventName,
      EventSource: eventSource,
      ReadOnly: 'false',
      ...(reported.resource && resourceLabels(reported.resource)),
    },
    body: {
      event,
      decisions: [],
      resources: !reported.resource || isListed ? undefined : [historyEntry(reported.resource)],
    },
  };
  tx.append(auditLog, entry);
}

type Resource = NonNullable<ServiceEvent['resource']>;

const historyEntry = ({ type, arn }: Resource) => ({ type, name: arn.slice(arn.lastIndexOf('/') + 1) });

const resourceLabels = (resource: Resource) => ({
  About: [resource.arn],
  ResourceName: [resource.arn, historyEntry(resource).name],
  ResourceType: [resource.type],
});
