/** What an import calls of CloudWatch Logs. */
export {
  CloudWatchLogsClient as Client,
  DescribeLogGroupsCommand,
  DescribeResourcePoliciesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
