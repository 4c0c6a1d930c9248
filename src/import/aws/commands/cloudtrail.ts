/** What an import calls of CloudTrail. */
export {
  CloudTrailClient as Client,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
