/**
 * The delivery of an event to one target of a rule: a step of its own, committed with what caused it, that is tried
 * again with growing pauses for as long as the target's retry policy says. What the target refuses for good (no
 * permission, no such target) is not tried again, as on AWS.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { type DeliveryAttempt, deliveryLog } from '../../../invoke/audit/delivery-log.ts';
import type { EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { type CarriedEvent, isSealed, openEvent } from '../encryption/sealed-event.ts';
import { events } from '../events.ts';
import { type RuleRecord, ruleArn } from '../rule/rule.ts';
import { payloadOf } from '../rule-target/payload.ts';
import { targetKind } from '../rule-target/target-kind.ts';
import { sendNowhere } from './api-destination-target.ts';
import type { Delivery } from './delivery-request.ts';
import { putOnBus } from './event-bus-target.ts';
import { putIntoLogGroup } from './log-group-target.ts';

/** Hands the event to every target of the rule. */
export function deliverTo(context: EffectContext, rule: RuleRecord, event: CarriedEvent): void {
  for (const target of rule.targets) {
    // An archive's rule stands for what happens without it.
    if (!targetKind(target.Arn)) continue;
    const delivery: CarriedDelivery = {
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

interface TargetDelivery {
  deliver(ctx: WorkflowContext, delivery: Delivery): Promise<void>;
  /** What the target is handed. */
  inputOf(delivery: Delivery): string | undefined;
}

const DELIVERY: Readonly<Record<NonNullable<ReturnType<typeof targetKind>>, TargetDelivery>> = {
  'api-destination': { deliver: sendNowhere, inputOf: payloadOf },
  'log-group': { deliver: putIntoLogGroup, inputOf: payloadOf },
  'event-bus': { deliver: putOnBus, inputOf: ({ event }) => JSON.stringify(event) },
};

/** As it waits: an event of a bus under a key is sealed until the target is handed it. */
type CarriedDelivery = Omit<Delivery, 'event'> & { readonly event: CarriedEvent };

const deliverEventStep = workflowRef<CarriedDelivery>('events.event.deliver');

export const deliverEventWorkflow = workflow(deliverEventStep, events, async (ctx, carried) => {
  const kind = targetKind(carried.target.Arn);
  if (!kind) return undefined;
  const { deliver, inputOf } = DELIVERY[kind];
  let input: string | undefined;
  try {
    const delivery: Delivery = { ...carried, event: await openEvent(ctx, carried.event) };
    input = inputOf(delivery);
    await deliver(ctx, delivery);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return async (context) => {
      const nextAttemptAtMs = mayPass(error) ? tryAgain(context, carried) : undefined;
      const outcome = nextAttemptAtMs ? 'retrying' : mayPass(error) ? 'given up' : 'refused';
      const { code, message } = error;
      note(context, carried, input, { outcome, nextAttemptAtMs, error: { code, message } });
    };
  }
  return async (context) => {
    const outcome = input === undefined ? 'nothing to deliver' : 'delivered';
    note(context, carried, input, { outcome });
  };
});

/** Of an input, so that a day of large events does not fill the disk twice. */
const MAX_NOTED = 2048;

/** Nobody on AWS hears of it but by metrics; here people look. */
function note(
  { tx, nowMs, account, region }: EffectContext,
  { deliveryId, ruleArn: arn, target, event, attempts }: CarriedDelivery,
  input: string | undefined,
  ended: Pick<DeliveryAttempt, 'outcome' | 'error' | 'nextAttemptAtMs'>,
): void {
  tx.append(deliveryLog, {
    stream: `${account}/${region}`,
    atMs: nowMs,
    labels: { rule: arn },
    body: {
      deliveryId,
      ruleArn: arn,
      target: { id: target.Id, arn: target.Arn },
      event: { id: event.id, source: event.source, detailType: event['detail-type'] },
      // What is sealed on its way is not written down beside it.
      input: isSealed(event) ? undefined : input?.slice(0, MAX_NOTED),
      inputLength: input?.length ?? 0,
      attempt: attempts + 1,
      ...ended,
    },
  });
}

/** AWS's defaults for a target without a retry policy. */
const MAX_RETRIES = 185;
const MAX_AGE_SECONDS = 86_400;

const MIN_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 15 * 60 * 1000;

/** When; undefined where the retry policy ends it. */
function tryAgain(context: EffectContext, delivery: CarriedDelivery): number | undefined {
  const { MaximumRetryAttempts = MAX_RETRIES, MaximumEventAgeInSeconds = MAX_AGE_SECONDS } =
    delivery.target.RetryPolicy ?? {};
  const attempts = delivery.attempts + 1;
  const growing = Math.min(MAX_PAUSE_MS, MIN_PAUSE_MS * 2 ** delivery.attempts);
  const pauseMs = context.ports.delays.scaled(growing);
  const ageMs = context.nowMs + pauseMs - delivery.ingestedAtMs;
  if (attempts > MaximumRetryAttempts || ageMs > MaximumEventAgeInSeconds * 1000) return undefined;
  context.schedule(deliverEventStep, { ...delivery, attempts }, { delayMs: pauseMs });
  return context.nowMs + pauseMs;
}

/** Whether the same call may succeed later. */
const mayPass = ({ status, code }: AwsError) => status >= 500 || /Throttl|TooManyRequests/.test(code);
