/**
 * A wait condition is complete once its handle has got as many signals as it counts, or it has been signalled as its
 * CreationPolicy says.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitcondition.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitconditionhandle.html
 */
import { waitAddress } from '../wait-address.ts';
import { ResourceFailure } from './failure.ts';
import type { ResourceType } from './resource-type.ts';

export const waitConditionHandle: ResourceType = {
  name: 'AWS::CloudFormation::WaitConditionHandle',
  properties: {},
  attributes: ['Id'],
  create: async (ctx) => waitAddress(ctx.serverUrl, ctx, ctx.stackName, ctx.logicalId, ctx.token),
  read: async (_context, { physicalId }) => ({ Id: physicalId }),
  update: async () => {},
  delete: async () => {},
};

export const waitCondition: ResourceType = {
  name: 'AWS::CloudFormation::WaitCondition',
  properties: {
    Count: { type: 'Integer', change: 'refused' },
    Handle: { type: 'String', change: 'refused' },
    Timeout: { type: 'Integer', change: 'refused' },
  },
  attributes: ['Data', 'Id'],
  creationPolicies: ['ResourceSignal'],
  conflict: ({ Handle, Timeout }) =>
    Handle !== undefined && Timeout === undefined ? 'Timeout is required with Handle.' : undefined,

  create: async (ctx) => `${ctx.stackName}-${ctx.logicalId}-${ctx.token}`,

  async read(ctx, { physicalId: Id, properties: { Handle, Count = 1, Timeout } }, sinceMs) {
    if (Handle === undefined) return { Data: '{}', Id };
    const signals = await ctx.signalsOf(Handle as string);
    const failed = signals.find(({ isSuccess }) => !isSuccess);
    if (failed) {
      throw new ResourceFailure(
        `WaitCondition received failed message: '${failed.reason ?? ''}' for uniqueId: ${failed.id}`,
      );
    }
    if (signals.length >= Number(Count)) {
      const Data = JSON.stringify(Object.fromEntries(signals.map(({ id, data = '' }) => [id, data])));
      return { Data, Id };
    }
    if (ctx.nowMs - sinceMs < Number(Timeout) * 1000) return undefined;
    throw new ResourceFailure(
      `WaitCondition timed out. Received ${signals.length} conditions when expecting ${Count}`,
    );
  },

  update: async () => {},
  delete: async () => {},
};
