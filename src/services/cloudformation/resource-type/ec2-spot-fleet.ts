/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-spotfleet.html */
import type {
  ModifySpotFleetRequestRequest,
  SpotFleetRequestConfigData,
} from '../../../shapes/generated/ec2.ts';
import { isObject, type Json, type JsonObject } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { changedProperties, ofInput, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';
import { takenAway } from './taken-away.ts';

const CONFIG = 'SpotFleetRequestConfigData';
const REQUEST = 'spot-fleet-request';

/** What ModifySpotFleetRequest changes, and the type's page calls possible without interruption. */
const IN_PLACE: ReadonlySet<string> = new Set([
  'Context',
  'ExcessCapacityTerminationPolicy',
  'LaunchTemplateConfigs',
  'TargetCapacity',
]);

const configOf = (value: Json | undefined): JsonObject =>
  value !== undefined && isObject(value) ? value : {};

async function find({ call }: ResourceContext, id: string) {
  const { SpotFleetRequestConfigs: [request] = [] } = await call('ec2', 'DescribeSpotFleetRequests', {
    SpotFleetRequestIds: [id],
  });
  return request;
}

const timeOf = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));

export const spotFleet: ResourceType = {
  name: 'AWS::EC2::SpotFleet',
  properties: {
    [CONFIG]: {
      type: ofInput('ec2', 'RequestSpotFleet', 'SpotFleetRequestConfig'),
      required: true,
      change: (from, to) =>
        changedProperties(configOf(from), configOf(to)).every((name) => IN_PLACE.has(name))
          ? 'in-place'
          : 'replacement',
    },
    Tags: TAGS,
  },
  attributes: ['Id'],

  async create({ call, token }, properties) {
    const { ValidFrom, ValidUntil, ...config } = properties[
      CONFIG
    ] as unknown as SpotFleetRequestConfigData & {
      readonly ValidFrom?: string;
      readonly ValidUntil?: string;
    };
    const others = (config.TagSpecifications ?? []).filter(({ ResourceType: type }) => type !== REQUEST);
    const given = (config.TagSpecifications ?? []).flatMap(({ ResourceType: type, Tags = [] }) =>
      type === REQUEST ? Tags : [],
    );
    const Tags = [...new Map([...given, ...tagsOf(properties)].map((tag) => [tag.Key, tag])).values()];
    const { SpotFleetRequestId } = await call('ec2', 'RequestSpotFleet', {
      SpotFleetRequestConfig: {
        ...config,
        ValidFrom: timeOf(ValidFrom),
        ValidUntil: timeOf(ValidUntil),
        ClientToken: token,
        TagSpecifications: Tags.length > 0 ? [...others, { ResourceType: REQUEST, Tags }] : others,
      },
    });
    return SpotFleetRequestId as string;
  },

  async read(ctx, { physicalId }) {
    const request = await find(ctx, physicalId);
    return request?.SpotFleetRequestState === 'active' ? { Id: physicalId } : undefined;
  },

  async update(ctx, { physicalId, properties: from }, to) {
    const [before, after] = [configOf(from[CONFIG]), configOf(to[CONFIG])];
    const changed = Object.fromEntries(changedProperties(before, after).map((name) => [name, after[name]]));
    if (Object.keys(changed).length > 0) {
      await ctx.call('ec2', 'ModifySpotFleetRequest', {
        ...(changed as unknown as ModifySpotFleetRequestRequest),
        ...takenAway(before, after, { ExcessCapacityTerminationPolicy: 'default' }),
        SpotFleetRequestId: physicalId,
      });
    }
    await updateTags(ctx, physicalId, from, to);
  },

  async delete({ call }, { physicalId }) {
    await call('ec2', 'CancelSpotFleetRequests', {
      SpotFleetRequestIds: [physicalId],
      TerminateInstances: true,
    });
  },

  async isGone(ctx, { physicalId }) {
    return (await find(ctx, physicalId))?.SpotFleetRequestState === 'cancelled';
  },
};
