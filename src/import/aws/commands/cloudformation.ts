/** What an import calls of CloudFormation. */
export {
  CloudFormationClient as Client,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetStackPolicyCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
