/**
 * Deletes a detector.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogAnomalyDetector.html
 */
import { logs } from '../logs.ts';
import { anomalyDetectorCheck, anomalyDetectors } from './anomaly-detector.ts';

export default logs.operation('DeleteLogAnomalyDetector', {
  async checks(context, { anomalyDetectorArn: arn }) {
    return { detector: await anomalyDetectorCheck(context, 'DeleteLogAnomalyDetector', arn) };
  },
  execute({ tx }, _input, { detector: { record } }) {
    tx.delete(anomalyDetectors, anomalyDetectors.key(record));
    return {};
  },
});
