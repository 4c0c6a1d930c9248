/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html */
import type { JsonObject } from '../template/json.ts';
import { cloudwatchRetag } from './cloudwatch-tags.ts';
import { TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const put = ({ call }: ResourceContext, DashboardName: string, given: JsonObject) =>
  call('cloudwatch', 'PutDashboard', {
    DashboardName,
    DashboardBody: given.DashboardBody as string,
    Tags: tagsOf(given),
  });

export const dashboard: ResourceType = {
  name: 'AWS::CloudWatch::Dashboard',
  nameProperty: 'DashboardName',
  properties: {
    DashboardBody: { type: 'String', required: true },
    DashboardName: { type: 'String', change: 'replacement' },
    Tags: TAGS,
  },
  attributes: [],

  async create(ctx, properties) {
    const name = (properties.DashboardName as string) ?? ctx.physicalName(255);
    await put(ctx, name, properties);
    return name;
  },

  async update(ctx, { physicalId, properties: from }, to) {
    await put(ctx, physicalId, to);
    await cloudwatchRetag(ctx, `arn:aws:cloudwatch::${ctx.account}:dashboard/${physicalId}`, from, to);
  },

  async delete({ call }, { physicalId }) {
    await call('cloudwatch', 'DeleteDashboards', { DashboardNames: [physicalId] });
  },
};
