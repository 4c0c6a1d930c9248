/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-logstream.html */
import type { ResourceType } from './resource-type.ts';

export const logStream: ResourceType = {
  name: 'AWS::Logs::LogStream',
  properties: {
    LogGroupName: { type: 'String', required: true, change: 'replacement' },
    LogStreamName: { type: 'String', change: 'replacement' },
  },
  attributes: [],

  async create(ctx, { LogGroupName, LogStreamName }) {
    const logStreamName = (LogStreamName as string) ?? ctx.physicalName(512);
    await ctx.call('logs', 'CreateLogStream', { logGroupName: LogGroupName as string, logStreamName });
    return logStreamName;
  },

  async delete({ call }, { physicalId: logStreamName, properties: { LogGroupName } }) {
    await call('logs', 'DeleteLogStream', { logGroupName: LogGroupName as string, logStreamName });
  },
};
