/** What an import calls of CloudWatch Logs. */
export {
  CloudWatchLogsClient as Client,
  DescribeLogGroupsCommand,
  DescribeResourcePoliciesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
