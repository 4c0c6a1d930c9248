/**
 * Keeps a detector for a log group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogAnomalyDetector.html
 */
import { uuid } from '../../../platform/identifiers.ts';
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { invalidParameter, limitExceeded, notServed } from '../errors.ts';
import { namedGroup } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { withTags } from '../tag/tag.ts';
import { anomalyDetectorArn, anomalyDetectors } from './anomaly-detector.ts';

const MAX_DETECTORS = 500;
const DEFAULT_VISIBILITY_DAYS = 21;

export default logs.operation('CreateLogAnomalyDetector', {
  async checks(context, { logGroupArnList: arns, tags }) {
    const [arn = ''] = arns;
    const conditions = () => requestTagConditions(tags);
    const check = (operation: string) =>
      groupCheck(context, operation, namedGroup(context, { logGroupIdentifier: arn }), conditions);
    return {
      group: await check('CreateLogAnomalyDetector'),
      tagging: tags && (await check('TagResource')),
    };
  },
  async preconditions({ tx, account, region }, input) {
    if (input.kmsKeyId !== undefined) throw notServed('kmsKeyId of anomaly detectors');
    if (input.logGroupArnList.length > 1) throw invalidParameter('Only one log group is supported.');
    const all = await tx.list(anomalyDetectors, { prefix: [account, region] });
    if (all.length >= MAX_DETECTORS) throw limitExceeded('Resource limit exceeded.');
  },
  execute({ tx, account, region, nowMs, entropy, caller }, input) {
    const detector = {
      account,
      region,
      id: uuid(entropy),
      name: input.detectorName,
      groupArns: input.logGroupArnList,
      evaluationFrequency: input.evaluationFrequency,
      filterPattern: input.filterPattern,
      visibilityDays: input.anomalyVisibilityTime ?? DEFAULT_VISIBILITY_DAYS,
      isEnabled: true,
      tags: withTags({}, input.tags ?? {}, caller),
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
    };
    tx.put(anomalyDetectors, detector);
    return { anomalyDetectorArn: anomalyDetectorArn(detector) };
  },
});
