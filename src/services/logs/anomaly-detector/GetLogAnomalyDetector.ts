/**
 * Shows a detector.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogAnomalyDetector.html
 */
import { logs } from '../logs.ts';
import { anomalyDetectorCheck, showAnomalyDetector } from './anomaly-detector.ts';

export default logs.operation('GetLogAnomalyDetector', {
  readOnly: true,
  async checks(context, { anomalyDetectorArn: arn }) {
    return { detector: await anomalyDetectorCheck(context, 'GetLogAnomalyDetector', arn) };
  },
  execute(_context, _input, { detector }) {
    const { anomalyDetectorArn: _arn, ...shown } = showAnomalyDetector(detector.record);
    return shown;
  },
});
