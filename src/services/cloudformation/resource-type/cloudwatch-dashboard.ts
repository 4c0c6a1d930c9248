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

  async create(context, properties) {
    const name = (properties.DashboardName as string) ?? context.physicalName(255);
    await put(context, name, properties);
    return name;
  },

  async update(context, { physicalId }, properties) {
    await put(context, physicalId, properties);
  },

  async delete({ call }, { physicalId }) {
    await call('cloudwatch', 'DeleteDashboards', { DashboardNames: [physicalId] });
  },
};
