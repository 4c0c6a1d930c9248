/** The Spot Instance data feed, which no account has here. */
import { AwsError } from '../../../aws/aws-error.ts';

export const noDatafeed = () =>
  new AwsError('InvalidSpotDatafeed.NotFound', 'Spot datafeed subscription does not exist.');
