/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html */
import type { JsonObject } from '../template/json.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';

const put = ({ call }: ResourceContext, DashboardName: string, { DashboardBody }: JsonObject) =>
  call('cloudwatch', 'PutDashboard', { DashboardName, DashboardBody: DashboardBody as string });

export const dashboard: ResourceType = {
  name: 'AWS::CloudWatch::Dashboard',
  nameProperty: 'DashboardName',
  properties: {
    DashboardBody: { type: 'String', required: true },
    DashboardName: { type: 'String', change: 'replacement' },
  },
  unserved: ['Tags'],
  attributes: [],

  async create(ctx, properties) {
    const name = (properties.DashboardName as string) ?? ctx.physicalName(255);
    await put(ctx, name, properties);
    return name;
  },

  async update(ctx, { physicalId }, properties) {
    await put(ctx, physicalId, properties);
  },

  async delete({ call }, { physicalId }) {
    await call('cloudwatch', 'DeleteDashboards', { DashboardNames: [physicalId] });
  },
};
