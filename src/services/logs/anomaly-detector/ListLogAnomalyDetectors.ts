/**
 * Lists the detectors of the account in the Region, or those of a log group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListLogAnomalyDetectors.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { invalidToken } from '../errors.ts';
import { logs } from '../logs.ts';
import { anomalyDetectorArn, anomalyDetectors, showAnomalyDetector } from './anomaly-detector.ts';

const DEFAULT_LIMIT = 50;

export default logs.operation('ListLogAnomalyDetectors', {
  readOnly: true,
  checks: (context) => ({
    detectors: {
      ...accountCheck(context, 'logs:ListLogAnomalyDetectors'),
      resource: anomalyDetectorArn({ ...context, id: '*' }),
    },
  }),
  async execute({ tx, account, region }, { filterLogGroupArn: group, limit = DEFAULT_LIMIT, nextToken }) {
    const all = await tx.list(anomalyDetectors, { prefix: [account, region] });
    const found = all.filter(({ groupArns }) => group === undefined || groupArns.includes(group));
    const page = { token: nextToken, limit, invalidToken };
    const { items, token } = pageOf(page, found, ({ id }) => [id]);
    return { anomalyDetectors: items.map(showAnomalyDetector), nextToken: token };
  },
});
