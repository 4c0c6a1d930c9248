/**
 * Changes a detector, or pauses it; what the request leaves out stays.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UpdateLogAnomalyDetector.html
 */
import { logs } from '../logs.ts';
import { anomalyDetectorCheck, anomalyDetectors } from './anomaly-detector.ts';

export default logs.operation('UpdateLogAnomalyDetector', {
  async checks(context, { anomalyDetectorArn: arn }) {
    return { detector: await anomalyDetectorCheck(context, 'UpdateLogAnomalyDetector', arn) };
  },
  execute({ tx, nowMs }, input, { detector: { record } }) {
    tx.put(anomalyDetectors, {
      ...record,
      evaluationFrequency: input.evaluationFrequency ?? record.evaluationFrequency,
      filterPattern: (input.filterPattern ?? record.filterPattern) || undefined,
      visibilityDays: input.anomalyVisibilityTime ?? record.visibilityDays,
      isEnabled: input.enabled,
      modifiedAtMs: nowMs,
    });
    return {};
  },
});
