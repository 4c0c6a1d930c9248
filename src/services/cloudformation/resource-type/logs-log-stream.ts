/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-logstream.html */
import type { ResourceType } from './resource-type.ts';

export const logStream: ResourceType = {
  name: 'AWS::Logs::LogStream',
  properties: {
    LogGroupName: { type: 'String', required: true, change: 'replacement' },
    LogStreamName: { type: 'String', change: 'replacement' },
  },
  attributes: [],

  async create(context, { LogGroupName, LogStreamName }) {
    const logStreamName = (LogStreamName as string) ?? context.physicalName(512);
    await context.call('logs', 'CreateLogStream', { logGroupName: LogGroupName as string, logStreamName });
    return logStreamName;
  },

  async delete({ call }, { physicalId: logStreamName, properties: { LogGroupName } }) {
    await call('logs', 'DeleteLogStream', { logGroupName: LogGroupName as string, logStreamName });
  },
};
