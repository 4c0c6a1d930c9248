/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSpotDatafeedSubscription.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { noDatafeed } from './datafeed.ts';

export default ec2.operation('DeleteSpotDatafeedSubscription', {
  checks: (context) => ({ delete: accountCheck(context, 'ec2:DeleteSpotDatafeedSubscription') }),
  execute() {
    throw noDatafeed();
  },
});
