/**
 * There is no data feed, since no bucket is there to feed
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotDatafeedSubscription.html).
 */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { noDatafeed } from './datafeed.ts';

export default ec2.operation('DescribeSpotDatafeedSubscription', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSpotDatafeedSubscription') }),
  execute() {
    throw noDatafeed();
  },
});
