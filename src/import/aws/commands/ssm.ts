/** What an import calls of Systems Manager. */
export {
  DescribeParametersCommand,
  ListTagsForResourceCommand,
  SSMClient as Client,
} from '@aws-sdk/client-ssm';
