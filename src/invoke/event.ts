/** EventBridge events, as services emit them and as they go out (aws-facts D). */

/** An event before its envelope is complete (id, version, account, region, time are added). */
export interface OutgoingEvent {
  /** `aws.ec2` */
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
  /** Where it goes, when not to the account and region of the request. */
  readonly account?: string;
  readonly region?: string;
}

export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** `2026-11-22T10:15:30Z` */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}
