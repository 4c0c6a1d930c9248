/**
 * Event buses as targets: with the rights of the target's role, or where it has none, on a bus of the same account, with
 * EventBridge's own.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { WorkflowContext } from '../../../invoke/context.ts';
import { type BusPlace, busOfArn } from '../bus/bus.ts';
import { EVENTBRIDGE } from '../events.ts';
import type { Delivery } from './delivery-request.ts';
import { forwardedEntry } from './forwarded-event.ts';

export async function putOnBus(ctx: WorkflowContext, delivery: Delivery): Promise<void> {
  const { target, event, ruleArn } = delivery;
  const { region } = busOfArn(target.Arn) as BusPlace;
  const { call } = target.RoleArn
    ? await ctx.asRole({
        roleArn: target.RoleArn,
        sessionName: delivery.ruleName,
        service: EVENTBRIDGE.principal,
      })
    : ctx.asService({ ...EVENTBRIDGE, sourceArn: ruleArn });
  const request = { Entries: [forwardedEntry(event, target.Arn)] };
  const [entry] = (await call('events', 'PutEvents', request, { region })).Entries ?? [];
  if (entry?.ErrorCode) throw new AwsError(entry.ErrorCode, entry.ErrorMessage ?? '');
}
