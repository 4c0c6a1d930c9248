/**
 * An event bus, a statement of its policy, and an archive of its events.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html
 */
import type { Condition, PutPermissionRequest } from '../../../shapes/generated/events.ts';
import { type JsonObject, sameValue } from '../template/json.ts';
import { isNotFound } from './failure.ts';
import { ofInput, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { changedTags, tagsOf } from './tags.ts';
import { takenAway } from './taken-away.ts';

const text = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
const json = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);

export const eventBus: ResourceType = {
  name: 'AWS::Events::EventBus',
  properties: {
    Description: { type: 'String' },
    KmsKeyIdentifier: { type: 'String' },
    Name: { type: 'String', required: true, change: 'replacement' },
    Policy: { type: 'PolicyDocument' },
    Tags: TAGS,
  },
  unserved: ['DeadLetterConfig', 'EventSourceName', 'LogConfig'],
  attributes: ['Arn', 'Name', 'Policy'],

  async create({ call }, properties) {
    const { Policy: _policy, ...made } = properties;
    await call('events', 'CreateEventBus', {
      Name: properties.Name as string,
      Description: text(properties.Description),
      KmsKeyIdentifier: text(properties.KmsKeyIdentifier),
      Tags: tagsOf(properties),
    });
    return { physicalId: properties.Name as string, made };
  },

  async read({ call }, { physicalId: Name }) {
    const { Arn, Policy } = await call('events', 'DescribeEventBus', { Name });
    return { Arn: Arn as string, Name, Policy: Policy ?? '' };
  },

  async update(ctx, { physicalId: Name, properties: from, attributes }, to) {
    const { call } = ctx;
    if (
      !sameValue(from.Description, to.Description) ||
      !sameValue(from.KmsKeyIdentifier, to.KmsKeyIdentifier)
    ) {
      await call('events', 'UpdateEventBus', {
        Name,
        Description: text(to.Description) ?? '',
        KmsKeyIdentifier: text(to.KmsKeyIdentifier) ?? '',
      });
    }
    if (!sameValue(from.Policy, to.Policy)) {
      if (to.Policy === undefined)
        await call('events', 'RemovePermission', { EventBusName: Name, RemoveAllPermissions: true });
      else await call('events', 'PutPermission', { EventBusName: Name, Policy: JSON.stringify(to.Policy) });
    }
    const { removed, added } = changedTags(from, to);
    const ResourceARN =
      (attributes.Arn as string) ?? `arn:aws:events:${ctx.region}:${ctx.account}:event-bus/${Name}`;
    if (removed.length > 0) await call('events', 'UntagResource', { ResourceARN, TagKeys: removed });
    if (added.length > 0) await call('events', 'TagResource', { ResourceARN, Tags: added });
  },

  async delete({ call }, { physicalId: Name }) {
    await call('events', 'DeleteEventBus', { Name });
  },
};

/** A statement is put into the policy that was read: of two resources of one bus, neither may lose the other's. */
const onPolicy = <T>({ account, region, inTurn }: ResourceContext, bus: string, change: () => Promise<T>) =>
  inTurn(`policy of bus ${account} ${region} ${bus}`, change);

export const eventBusPolicy: ResourceType = {
  name: 'AWS::Events::EventBusPolicy',
  properties: {
    Action: { type: 'String' },
    Condition: { type: ofInput('events', 'PutPermission', 'Condition') },
    EventBusName: { type: 'String', change: 'replacement' },
    Principal: { type: 'String' },
    Statement: { type: 'PolicyDocument' },
    StatementId: { type: 'String', required: true, change: 'replacement' },
  },
  attributes: [],

  async create(ctx, properties) {
    await putStatement(ctx, properties);
    return `${busOf(properties)}|${properties.StatementId}`;
  },

  update: (ctx, _resource, properties) => putStatement(ctx, properties),

  async delete(ctx, { properties }) {
    const EventBusName = busOf(properties);
    const StatementId = properties.StatementId as string;
    await onPolicy(ctx, EventBusName, () =>
      ctx.call('events', 'RemovePermission', { EventBusName, StatementId }),
    );
  },
};

const busOf = ({ EventBusName = 'default' }: JsonObject) => String(EventBusName);

const putStatement = (ctx: ResourceContext, properties: JsonObject): Promise<void> =>
  onPolicy(ctx, busOf(properties), async () => {
    await ctx.call('events', 'PutPermission', await permission(ctx, properties));
  });

/** A whole statement takes the place of the one of its id in the policy that the bus has. */
async function permission({ call }: ResourceContext, properties: JsonObject): Promise<PutPermissionRequest> {
  const { StatementId, Statement, Action, Principal, Condition: condition } = properties;
  const EventBusName = busOf(properties);
  if (Statement === undefined) {
    return {
      EventBusName,
      StatementId: StatementId as string,
      Action: text(Action),
      Principal: text(Principal),
      Condition: condition as unknown as Condition | undefined,
    };
  }
  const { Policy } = await call('events', 'DescribeEventBus', { Name: EventBusName });
  const policy = Policy ? JSON.parse(Policy) : { Version: '2012-10-17', Statement: [] };
  const others = [policy.Statement].flat().filter(({ Sid }: { Sid?: string }) => Sid !== StatementId);
  const statements = [...others, { Sid: StatementId, ...(Statement as JsonObject) }];
  return { EventBusName, Policy: JSON.stringify({ ...policy, Statement: statements }) };
}

export const archive: ResourceType = {
  name: 'AWS::Events::Archive',
  nameProperty: 'ArchiveName',
  properties: {
    ArchiveName: { type: 'String', change: 'replacement' },
    Description: { type: 'String' },
    EventPattern: { type: 'Json' },
    KmsKeyIdentifier: { type: 'String' },
    RetentionDays: { type: 'Integer' },
    SourceArn: { type: 'String', required: true, change: 'replacement' },
  },
  attributes: ['Arn', 'ArchiveName'],

  async create(ctx, properties) {
    const ArchiveName = (properties.ArchiveName as string) ?? ctx.physicalName(48);
    await ctx.call('events', 'CreateArchive', {
      ArchiveName,
      EventSourceArn: properties.SourceArn as string,
      ...archiveSettings(properties),
    });
    return ArchiveName;
  },

  async read({ call }, { physicalId: ArchiveName }) {
    const { ArchiveArn, State } = await call('events', 'DescribeArchive', { ArchiveName });
    return State === 'CREATING' || State === 'UPDATING'
      ? undefined
      : { Arn: ArchiveArn as string, ArchiveName };
  },

  async update({ call }, { physicalId: ArchiveName, properties: from }, to) {
    await call('events', 'UpdateArchive', {
      ArchiveName,
      ...archiveSettings(to),
      ...takenAway(from, to, { Description: '', KmsKeyIdentifier: '', RetentionDays: 0 }),
    });
  },

  async delete({ call }, { physicalId: ArchiveName }) {
    await call('events', 'DeleteArchive', { ArchiveName }).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  },
};

const archiveSettings = ({ Description, EventPattern, KmsKeyIdentifier, RetentionDays }: JsonObject) => ({
  Description: text(Description),
  EventPattern: json(EventPattern),
  KmsKeyIdentifier: text(KmsKeyIdentifier),
  RetentionDays: RetentionDays as number | undefined,
});
