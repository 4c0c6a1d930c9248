/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-launchtemplate.html (aws-facts H6) */
import type {
  CreateLaunchTemplateRequest,
  RequestLaunchTemplateData,
  TagSpecification,
} from '../../../shapes/generated/ec2.ts';
import { type JsonObject, sameValue } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { ofInput } from './properties.ts';
import type { ResourceType } from './resource-type.ts';

const VERSIONED = ['LaunchTemplateData', 'VersionDescription'];

/** Those of the launch template itself; what it launches has the tags that its data says. */
const ownTags = ({ TagSpecifications = [] }: JsonObject): JsonObject => ({
  Tags: (TagSpecifications as unknown as readonly TagSpecification[]).flatMap(({ Tags = [] }) =>
    Tags.map(({ Key = '', Value = '' }) => ({ Key, Value })),
  ),
});

export const launchTemplate: ResourceType = {
  name: 'AWS::EC2::LaunchTemplate',
  nameProperty: 'LaunchTemplateName',
  properties: {
    LaunchTemplateData: {
      type: ofInput('ec2', 'CreateLaunchTemplate', 'LaunchTemplateData'),
      required: true,
    },
    LaunchTemplateName: { type: 'String', change: 'replacement' },
    TagSpecifications: { type: ofInput('ec2', 'CreateLaunchTemplate', 'TagSpecifications') },
    VersionDescription: { type: 'String' },
  },
  attributes: ['DefaultVersionNumber', 'LatestVersionNumber', 'LaunchTemplateId'],

  async create(ctx, properties) {
    const LaunchTemplateName = (properties.LaunchTemplateName as string) ?? ctx.physicalName(128);
    const request = { ...properties, LaunchTemplateName } as unknown as CreateLaunchTemplateRequest;
    const { LaunchTemplate: made } = await ctx.call('ec2', 'CreateLaunchTemplate', request);
    return made?.LaunchTemplateId as string;
  },

  async read({ call }, { physicalId }) {
    const { LaunchTemplates: [found] = [] } = await call('ec2', 'DescribeLaunchTemplates', {
      LaunchTemplateIds: [physicalId],
    });
    return {
      DefaultVersionNumber: String(found?.DefaultVersionNumber),
      LatestVersionNumber: String(found?.LatestVersionNumber),
      LaunchTemplateId: physicalId,
    };
  },

  /** Other data is a new version; the default version stays what it was. */
  async update(ctx, { physicalId: LaunchTemplateId, properties: from }, to) {
    await updateTags(ctx, LaunchTemplateId, ownTags(from), ownTags(to));
    if (VERSIONED.every((name) => sameValue(from[name], to[name]))) return;
    const { LaunchTemplateData, VersionDescription } = to;
    await ctx.call('ec2', 'CreateLaunchTemplateVersion', {
      LaunchTemplateId,
      VersionDescription: VersionDescription as string | undefined,
      LaunchTemplateData: LaunchTemplateData as unknown as RequestLaunchTemplateData,
    });
  },

  async delete({ call }, { physicalId: LaunchTemplateId }) {
    await call('ec2', 'DeleteLaunchTemplate', { LaunchTemplateId });
  },
};
