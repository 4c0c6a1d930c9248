/**
 * The delivery of an event to one target of a rule: a step of its own, committed with what caused it, that is tried
 * again with growing pauses for as long as the target's retry policy says. What the target refuses for good (no
 * permission, no such target) is not tried again, as on AWS.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import type { EventEnvelope } from '../../../invoke/event.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { events } from '../events.ts';
import { type RuleRecord, ruleArn } from '../rule/rule.ts';
import { targetKind } from '../rule-target/target-kind.ts';
import type { Delivery } from './delivery-request.ts';
import { putOnBus } from './event-bus-target.ts';
import { putIntoLogGroup } from './log-group-target.ts';

/** Hands the event to every target of the rule. */
export function deliverTo(context: EffectContext, rule: RuleRecord, event: EventEnvelope): void {
  for (const target of rule.targets) {
    // An archive's rule stands for what happens without it.
    if (!targetKind(target.Arn)) continue;
    const delivery: Delivery = {
      deliveryId: uuid(context.entropy),
      event,
      ruleArn: ruleArn(rule),
      ruleName: rule.name,
      target,
      ingestedAtMs: context.nowMs,
      attempts: 0,
    };
    context.schedule(deliverEventStep, delivery, { scope: rule });
  }
}

type Deliver = (ctx: WorkflowContext, delivery: Delivery) => Promise<void>;

const DELIVER: Readonly<Record<NonNullable<ReturnType<typeof targetKind>>, Deliver>> = {
  'log-group': putIntoLogGroup,
  'event-bus': putOnBus,
};

export const deliverEventStep = workflowRef<Delivery>('events.event.deliver');

export const deliverEventWorkflow = workflow(deliverEventStep, events, async (ctx, delivery) => {
  const kind = targetKind(delivery.target.Arn);
  if (!kind) return undefined;
  try {
    await DELIVER[kind](ctx, delivery);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // What is refused for good is on record, as every call that is refused.
    return mayPass(error) ? async (context) => tryAgain(context, delivery) : undefined;
  }
});

/** AWS's defaults for a target without a retry policy. */
const MAX_RETRIES = 185;
const MAX_AGE_SECONDS = 86_400;

const MIN_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 15 * 60 * 1000;

function tryAgain(context: EffectContext, delivery: Delivery): void {
  const { MaximumRetryAttempts = MAX_RETRIES, MaximumEventAgeInSeconds = MAX_AGE_SECONDS } =
    delivery.target.RetryPolicy ?? {};
  const attempts = delivery.attempts + 1;
  const growing = Math.min(MAX_PAUSE_MS, MIN_PAUSE_MS * 2 ** delivery.attempts);
  const pauseMs = context.ports.delays.scaled(growing);
  const ageMs = context.nowMs + pauseMs - delivery.ingestedAtMs;
  if (attempts > MaximumRetryAttempts || ageMs > MaximumEventAgeInSeconds * 1000) return;
  context.schedule(deliverEventStep, { ...delivery, attempts }, { delayMs: pauseMs });
}

/** Whether the same call may succeed later. */
const mayPass = ({ status, code }: AwsError) => status >= 500 || /Throttl|TooManyRequests/.test(code);
