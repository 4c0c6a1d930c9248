/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loganomalydetector.html */
import type { CreateLogAnomalyDetectorRequest } from '../../../shapes/generated/logs.ts';
import type { JsonObject } from '../template/json.ts';
import { strings } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { takenAway } from './taken-away.ts';

const changeable = ({ EvaluationFrequency, FilterPattern, AnomalyVisibilityTime }: JsonObject) => ({
  evaluationFrequency: EvaluationFrequency as CreateLogAnomalyDetectorRequest['evaluationFrequency'],
  filterPattern: FilterPattern as string | undefined,
  anomalyVisibilityTime: AnomalyVisibilityTime as number | undefined,
});

export const logAnomalyDetector: ResourceType = {
  name: 'AWS::Logs::LogAnomalyDetector',
  properties: {
    AccountId: { type: 'String' },
    AnomalyVisibilityTime: { type: 'Integer' },
    DetectorName: { type: 'String' },
    EvaluationFrequency: { type: 'String' },
    FilterPattern: { type: 'String' },
    LogGroupArnList: { type: strings, required: true },
  },
  unserved: ['KmsKeyId'],
  attributes: ['AnomalyDetectorArn', 'AnomalyDetectorStatus', 'CreationTimeStamp', 'LastModifiedTimeStamp'],

  async create({ call }, properties) {
    const { anomalyDetectorArn: arn } = await call('logs', 'CreateLogAnomalyDetector', {
      ...changeable(properties),
      detectorName: properties.DetectorName as string | undefined,
      logGroupArnList: properties.LogGroupArnList as string[],
    });
    return arn as string;
  },

  async read({ call }, { physicalId: anomalyDetectorArn }) {
    const found = await call('logs', 'GetLogAnomalyDetector', { anomalyDetectorArn });
    return {
      AnomalyDetectorArn: anomalyDetectorArn,
      AnomalyDetectorStatus: found.anomalyDetectorStatus ?? '',
      CreationTimeStamp: found.creationTimeStamp ?? 0,
      LastModifiedTimeStamp: found.lastModifiedTimeStamp ?? 0,
    };
  },

  async update({ call }, { physicalId: anomalyDetectorArn, properties: from }, to) {
    await call('logs', 'UpdateLogAnomalyDetector', {
      ...changeable({ ...to, ...takenAway(from, to, { FilterPattern: '', AnomalyVisibilityTime: 21 }) }),
      anomalyDetectorArn,
      enabled: true,
    });
  },

  async delete({ call }, { physicalId: anomalyDetectorArn }) {
    await call('logs', 'DeleteLogAnomalyDetector', { anomalyDetectorArn });
  },
};
