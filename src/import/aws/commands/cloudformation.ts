/** What an import calls of CloudFormation. */
export {
  CloudFormationClient as Client,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
