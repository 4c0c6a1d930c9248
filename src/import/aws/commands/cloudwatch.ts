/** What an import calls of CloudWatch. */
export {
  CloudWatchClient as Client,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudwatch';
