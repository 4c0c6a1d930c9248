/**
 * A nested stack (aws-facts H32, H33).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
 */
import type { CreateStackInput } from '../../../shapes/generated/cloudformation.ts';
import { isScalar, type Json, type JsonObject } from '../template/json.ts';
import { ResourceFailure, ServiceFailure, StillBusy } from './failure.ts';
import { TAGS } from './properties.ts';
import type { NestedStack, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

/** In CloudFormation's own words; a denial keeps those of the service, by which it is explained. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (failure) {
    if (!(failure instanceof ServiceFailure) || failure.error.code === 'AccessDenied') throw failure;
    throw new ResourceFailure(failure.error.message);
  }
}

const isUnchanged = (failure: unknown): boolean =>
  failure instanceof ResourceFailure && failure.message === 'No updates are to be performed.';

/** A parameter that is a list is written as one text. */
const textOf = (value: Json): string =>
  isScalar(value)
    ? String(value)
    : Array.isArray(value)
      ? value.map(textOf).join(',')
      : JSON.stringify(value);

function requestOf({ Parameters = {}, Tags, TemplateURL }: JsonObject) {
  return {
    TemplateURL: TemplateURL as string,
    Parameters: Object.entries(Parameters as JsonObject).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: textOf(value),
    })),
    Tags: tagsOf({ Tags: Tags ?? [] }),
  } satisfies Partial<CreateStackInput>;
}

export const nestedStack: ResourceType = {
  name: 'AWS::CloudFormation::Stack',
  properties: {
    Parameters: { type: 'Json' },
    Tags: TAGS,
    TemplateURL: { type: 'String', required: true },
    TimeoutInMinutes: { type: 'Integer' },
  },
  unserved: ['NotificationARNs'],
  attributes: ['Outputs.*', 'StackId', 'StackStatus'],
  unservedAttributes: ['ChangeSetId', 'CreationTime', 'LastUpdateTime', 'ParentId', 'RootId'],
  isUnmarked: true,
  isAlwaysUpdated: true,
  missingAttribute: (arn, name) => `Output '${name.slice('Outputs.'.length)}' not found in stack '${arn}'`,

  async create({ call, token, physicalName }, properties) {
    const made = call('cloudformation', 'CreateStack', {
      ...requestOf(properties),
      StackName: physicalName(128),
      TimeoutInMinutes: properties.TimeoutInMinutes as number | undefined,
      ClientRequestToken: token,
    });
    return (await asked(made)).StackId as string;
  },

  async read({ nestedStack: find }, { physicalId }) {
    const nested = await find(physicalId);
    const failure = nested ? failureOf(nested, physicalId) : `Stack [${physicalId}] does not exist`;
    if (failure) throw new ResourceFailure(failure);
    if (!nested || nested.isBusy) return undefined;
    const outputs = Object.entries(nested.outputs).map(([key, value]) => [`Outputs.${key}`, value] as const);
    return { ...Object.fromEntries(outputs), StackId: physicalId, StackStatus: nested.status };
  },

  async update({ call, token }, { physicalId: StackName }, properties) {
    const request = { ...requestOf(properties), StackName, ClientRequestToken: token };
    await asked(call('cloudformation', 'UpdateStack', request)).catch((failure) => {
      if (!isUnchanged(failure)) throw failure;
    });
  },

  async delete({ call, token, nestedStack: find }, { physicalId: StackName }) {
    const nested = await find(StackName);
    if (!nested || nested.status === 'DELETE_COMPLETE' || nested.status === 'DELETE_IN_PROGRESS') return;
    if (nested.isBusy && nested.status !== 'CREATE_IN_PROGRESS') throw new StillBusy();
    await asked(call('cloudformation', 'DeleteStack', { StackName, ClientRequestToken: token }));
  },

  async isGone({ nestedStack: find }, { physicalId }) {
    const nested = await find(physicalId);
    if (nested?.status !== 'DELETE_FAILED')
      return nested === undefined || nested.status === 'DELETE_COMPLETE';
    throw new ResourceFailure(
      `Embedded stack ${physicalId} was not successfully deleted: ${nested.failureReason ?? ''}`,
    );
  },
};

function failureOf(
  { status, failureReason = '', isBusy, isAsked }: NestedStack,
  arn: string,
): string | undefined {
  if (/^(CREATE_FAILED|ROLLBACK_|DELETE_)/.test(status)) {
    return `Embedded stack ${arn} was not successfully created: ${failureReason}`;
  }
  const isTakenBack = isAsked && status.startsWith('UPDATE_ROLLBACK_');
  if (!isTakenBack && (isBusy || !status.endsWith('_FAILED'))) return undefined;
  // A parent hears of it as the way back begins, however far that is when it looks.
  const heard = isTakenBack ? 'UPDATE_ROLLBACK_IN_PROGRESS' : status;
  return `Embedded stack ${arn} was not successfully updated. Currently in ${heard} with reason: ${failureReason}`;
}
