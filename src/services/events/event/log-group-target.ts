/**
 * Log groups as targets: each event in a stream of its own, as EventBridge makes them. It speaks for itself, so the
 * resource policies of CloudWatch Logs decide.
 */
import { parseArn } from '../../../aws/arn.ts';
import { asText } from '../../../aws/as-text.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import { parseBoundedJson } from '../../../aws/bounded-json.ts';
import type { WorkflowContext } from '../../../invoke/context.ts';
import { EVENTBRIDGE } from '../events.ts';
import { payloadOf } from '../rule-target/payload.ts';
import type { Delivery } from './delivery-request.ts';

export async function putIntoLogGroup(ctx: WorkflowContext, delivery: Delivery): Promise<void> {
  const text = payloadOf(delivery);
  if (text === undefined) return;
  const { deliveryId, target, ruleArn } = delivery;
  const logGroupName = logGroupOf(target.Arn);
  const { call } = ctx.asService({ ...EVENTBRIDGE, sourceArn: ruleArn });
  const stream = { logGroupName, logStreamName: deliveryId };
  await call('logs', 'CreateLogStream', stream).catch((error) => {
    // It was made before the server was cut off.
    if (!(error instanceof AwsError) || error.code !== 'ResourceAlreadyExistsException') throw error;
  });
  await call('logs', 'PutLogEvents', { ...stream, logEvents: [logEventOf(delivery, text)] });
}

const logGroupOf = (arn: string) =>
  (parseArn(arn)?.resource ?? '').slice('log-group:'.length).replace(/:\*$/, '');

/** A target's input may be `{"timestamp": …, "message": …}`; anything else is the message. */
function logEventOf(delivery: Delivery, text: string): { timestamp: number; message: string } {
  const timestamp = Date.parse(delivery.event.time);
  const given = messageOf(text);
  if (!given) return { timestamp, message: text };
  const { message } = given;
  return {
    timestamp: timeOf(given.timestamp) ?? timestamp,
    message: typeof message === 'string' ? message : JSON.stringify(message),
  };
}

function messageOf(text: string): { message: unknown; timestamp?: unknown } | undefined {
  try {
    const value = parseBoundedJson(text);
    return typeof value === 'object' && value !== null && 'message' in value ? value : undefined;
  } catch {
    return undefined;
  }
}

function timeOf(value: unknown): number | undefined {
  const ms = typeof value === 'number' ? value : Date.parse(asText(value));
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined;
}
