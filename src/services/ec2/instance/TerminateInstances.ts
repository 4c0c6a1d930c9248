/**
 * Of instances in several zones some may go though the request fails: a protected one holds those of its own zone only.
 * (aws-facts F57; https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import type { InstanceStateChange } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { findResource, resourceChecks } from '../resource/kind.ts';
import { changeState, type InstanceRecord, instanceKind } from './instance.ts';
import { showState, userInitiated } from './instance-state.ts';
import { scheduleTermination } from './power-off-workflows.ts';

export default ec2.operation('TerminateInstances', {
  async checks(context, input) {
    return {
      instances: await resourceChecks(context, instanceKind, 'ec2:TerminateInstances', input.InstanceIds),
    };
  },
  preconditions(_context, _input, { instances }) {
    const { held, free } = byProtection(instances);
    if (held && free.length === 0) throw mayNotBeTerminated(held);
  },
  async calls(ctx, _input, { instances }) {
    const { held, free } = byProtection(instances);
    if (!held) return;
    await ctx.transact(async (context) => {
      for (const { id } of free) {
        const instance = await findResource(context.tx, instanceKind, context, id);
        if (instance) terminate(context, instance);
      }
    });
    throw mayNotBeTerminated(held);
  },
  execute: (context, _input, { instances }) => ({
    TerminatingInstances: instances.map(({ record }) => terminate(context, record)),
  }),
});

function protectionOf({ state, disableApiTermination, disableApiStop }: InstanceRecord): string | undefined {
  if (state === 'terminated') return undefined;
  return disableApiTermination ? 'disableApiTermination' : disableApiStop ? 'disableApiStop' : undefined;
}

/** The first that is protected, and those in zones where none is. */
function byProtection(instances: readonly { readonly record: InstanceRecord }[]) {
  const records = instances.map(({ record }) => record);
  const held = records.filter(protectionOf);
  return { held: held[0], free: records.filter(({ zone }) => held.every((each) => each.zone !== zone)) };
}

const mayNotBeTerminated = (instance: InstanceRecord) =>
  new AwsError(
    'OperationNotPermitted',
    `The instance '${instance.id}' may not be terminated. Modify its '${protectionOf(instance)}' instance attribute and try again.`,
  );

function terminate(context: EffectContext, record: InstanceRecord): InstanceStateChange {
  const isGoing = record.state === 'terminated' || record.state === 'shutting-down';
  // There is nothing to shut down of one that is stopped.
  const isStopped = record.state === 'stopped';
  const state = isGoing ? record.state : isStopped ? 'terminated' : 'shutting-down';
  if (!isGoing) {
    const going = changeState(context, record, { state, ...userInitiated(context.nowMs) });
    scheduleTermination(context, going, isStopped ? 0 : context.ports.delays.scaled(3000));
  }
  return {
    InstanceId: record.id,
    CurrentState: showState(state),
    PreviousState: showState(record.state),
  };
}
