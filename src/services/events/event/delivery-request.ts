/** What is to be delivered: an event, and the target of a rule. */
import type { EventEnvelope } from '../../../invoke/event.ts';
import type { Target } from '../../../shapes/generated/events.ts';

export interface Delivery {
  readonly deliveryId: string;
  readonly event: EventEnvelope;
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly target: Target;
  readonly ingestedAtMs: number;
  /** How often it was tried. */
  readonly attempts: number;
}
