/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
import type { PutRuleRequest, Target } from '../../../shapes/generated/events.ts';
import type { Json, JsonObject } from '../template/json.ts';
import { ResourceFailure } from './failure.ts';
import { ofInput, TAGS, withMembers } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { changedTags } from './tags.ts';

export const rule: ResourceType = {
  name: 'AWS::Events::Rule',
  nameProperty: 'Name',
  isUnmarked: true,
  properties: {
    Description: { type: 'String' },
    EventBusName: { type: 'String', change: 'replacement' },
    EventPattern: { type: 'Json' },
    Name: { type: 'String', change: 'replacement' },
    RoleArn: { type: 'String' },
    ScheduleExpression: { type: 'String' },
    State: { type: 'String' },
    Tags: TAGS,
    // Their members have other names than in the API; EventBridge refuses such targets by name, whatever they say.
    Targets: {
      type: withMembers(ofInput('events', 'PutTargets', 'Targets'), { EcsParameters: { type: 'Json' } }),
    },
  },
  attributes: ['Arn', 'RuleName'],

  async create(ctx, properties) {
    const Name = (properties.Name as string) ?? ctx.physicalName(64);
    const { Targets: _targets, ...made } = properties;
    await putRule(ctx, Name, made);
    const bus = properties.EventBusName as string | undefined;
    // A rule of another bus than the default is known by both names.
    return { physicalId: bus === undefined || bus === 'default' ? Name : `${bus}|${Name}`, made };
  },

  async read({ call }, { physicalId }) {
    const { Arn } = await call('events', 'DescribeRule', ruleOf(physicalId));
    return { Arn: Arn as string, RuleName: ruleOf(physicalId).Name };
  },

  async update(ctx, { physicalId, properties: from }, to) {
    await putRule(ctx, ruleOf(physicalId).Name, to);
    await updateTags(ctx, physicalId, from, to);
    await updateTargets(ctx, physicalId, from.Targets, to.Targets);
  },

  async delete(ctx, { physicalId, properties }) {
    await updateTargets(ctx, physicalId, properties.Targets, []);
    await ctx.call('events', 'DeleteRule', ruleOf(physicalId));
  },
};

function ruleOf(physicalId: string): { Name: string; EventBusName?: string } {
  const [bus, name] = physicalId.split('|') as [string, string?];
  return name === undefined ? { Name: bus } : { Name: name, EventBusName: bus };
}

async function putRule({ call }: ResourceContext, Name: string, properties: JsonObject): Promise<void> {
  const { EventPattern, Targets: _targets, ...rest } = properties;
  await call('events', 'PutRule', {
    ...(rest as Partial<PutRuleRequest>),
    Name,
    EventPattern: EventPattern === undefined ? undefined : JSON.stringify(EventPattern),
  });
}

async function updateTags(
  { call }: ResourceContext,
  physicalId: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const { removed, added } = changedTags(from, to);
  if (removed.length === 0 && added.length === 0) return;
  const { Arn: ResourceARN = '' } = await call('events', 'DescribeRule', ruleOf(physicalId));
  if (removed.length > 0) await call('events', 'UntagResource', { ResourceARN, TagKeys: removed });
  if (added.length > 0) await call('events', 'TagResource', { ResourceARN, Tags: added });
}

async function updateTargets(
  { call }: ResourceContext,
  physicalId: string,
  from: Json | undefined,
  to: Json | undefined,
): Promise<void> {
  const { Name: Rule, EventBusName } = ruleOf(physicalId);
  const [before, after] = [from ?? [], to ?? []] as unknown as (readonly Target[])[];
  const removed = (before ?? []).filter(({ Id }) => !(after ?? []).some((target) => target.Id === Id));
  const added = (after ?? []).filter(
    (target) => !(before ?? []).some((each) => JSON.stringify(each) === JSON.stringify(target)),
  );
  if (removed.length > 0) {
    await call('events', 'RemoveTargets', { Rule, EventBusName, Ids: removed.map(({ Id }) => Id) });
  }
  if (added.length === 0) return;
  const { FailedEntries: [failed] = [] } = await call('events', 'PutTargets', {
    Rule,
    EventBusName,
    Targets: added,
  });
  if (failed) throw new ResourceFailure(`${failed.TargetId}: ${failed.ErrorMessage} (${failed.ErrorCode})`);
}
