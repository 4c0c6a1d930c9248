/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html */
import type { MetricTransformation } from '../../../shapes/generated/logs.ts';
import { isObject, type Json, type JsonObject } from '../template/json.ts';
import type { Properties } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';

const DIMENSION: Properties = {
  Key: { type: 'String', required: true },
  Value: { type: 'String', required: true },
};

const TRANSFORMATION: Properties = {
  DefaultValue: { type: 'Number' },
  Dimensions: { type: { list: { object: DIMENSION } } },
  MetricName: { type: 'String', required: true },
  MetricNamespace: { type: 'String', required: true },
  MetricValue: { type: 'String', required: true },
  Unit: { type: 'String' },
};

export const metricFilter: ResourceType = {
  name: 'AWS::Logs::MetricFilter',
  nameProperty: 'FilterName',
  properties: {
    ApplyOnTransformedLogs: { type: 'Boolean' },
    FilterName: { type: 'String', change: 'replacement' },
    FilterPattern: { type: 'String', required: true },
    LogGroupName: { type: 'String', required: true, change: 'replacement' },
    MetricTransformations: { type: { list: { object: TRANSFORMATION } }, required: true },
  },
  unserved: ['EmitSystemFieldDimensions', 'FieldSelectionCriteria'],
  attributes: [],

  create: (ctx, properties) =>
    put(ctx, (properties.FilterName as string) ?? ctx.physicalName(512), properties),

  async update(ctx, { physicalId }, properties) {
    await put(ctx, physicalId, properties);
  },

  async delete({ call }, { physicalId: filterName, properties: { LogGroupName } }) {
    await call('logs', 'DeleteMetricFilter', { logGroupName: LogGroupName as string, filterName });
  },
};

async function put({ call }: ResourceContext, filterName: string, properties: JsonObject): Promise<string> {
  await call('logs', 'PutMetricFilter', {
    filterName,
    logGroupName: properties.LogGroupName as string,
    filterPattern: properties.FilterPattern as string,
    metricTransformations: (properties.MetricTransformations as readonly Json[])
      .filter(isObject)
      .map(transformationOf),
    applyOnTransformedLogs: properties.ApplyOnTransformedLogs as boolean | undefined,
  });
  return filterName;
}

/** The API has dimensions as a map. */
function transformationOf(transformation: JsonObject): MetricTransformation {
  const dimensions = (transformation.Dimensions ?? []) as unknown as readonly {
    Key: string;
    Value: string;
  }[];
  return {
    metricNamespace: transformation.MetricNamespace as string,
    metricName: transformation.MetricName as string,
    metricValue: transformation.MetricValue as string,
    defaultValue: transformation.DefaultValue as number | undefined,
    unit: transformation.Unit as 'Count' | undefined,
    dimensions:
      dimensions.length > 0
        ? Object.fromEntries(dimensions.map(({ Key, Value }) => [Key, Value]))
        : undefined,
  };
}
