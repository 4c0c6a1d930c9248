/** What became of the events that rules caught: an entry for each time that a target was handed one. */
import { type LogEntry, log } from '../../store/store.ts';

export interface DeliveryAttempt {
  /** The same for every try to hand one event to one target. */
  readonly deliveryId: string;
  readonly ruleArn: string;
  readonly target: { readonly id: string; readonly arn: string };
  readonly event: { readonly id: string; readonly source: string; readonly detailType: string };
  /** What the target was handed, the beginning of it; absent where the rule's template gave nothing. */
  readonly input?: string;
  readonly inputLength: number;
  /** From 1. */
  readonly attempt: number;
  /** `refused` and `given up` are for good. */
  readonly outcome: 'delivered' | 'refused' | 'retrying' | 'given up' | 'nothing to deliver';
  readonly error?: { readonly code: string; readonly message: string };
  readonly nextAttemptAtMs?: number;
}

export const deliveryLog = log<LogEntry & { readonly body: DeliveryAttempt }>('eventbridge.deliveries');
