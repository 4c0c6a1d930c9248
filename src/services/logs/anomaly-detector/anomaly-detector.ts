/** Detectors of anomalies in log groups. They are kept and shown: nothing here learns what is usual, so none finds any. */
import { formatArn, parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, resolved } from '../../../invoke/verdict.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import type { AnomalyDetector } from '../../../shapes/generated/logs.ts';
import { table } from '../../../store/store.ts';
import { notFound } from '../errors.ts';

export interface AnomalyDetectorRecord extends Scope {
  readonly id: string;
  readonly name?: string;
  readonly groupArns: readonly string[];
  readonly evaluationFrequency?: AnomalyDetector['evaluationFrequency'];
  readonly filterPattern?: string;
  readonly visibilityDays: number;
  readonly isEnabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export const anomalyDetectors = table<AnomalyDetectorRecord>()({
  name: 'logs.anomaly-detectors',
  key: ({ account, region, id }) => [account, region, id],
});

export const anomalyDetectorArn = ({ account, region, id }: Scope & { readonly id: string }): string =>
  formatArn({ service: 'logs', region, account, resource: `anomaly-detector:${id}` });

export const isAnomalyDetectorArn = (arn: string): boolean =>
  parseArn(arn)?.resource.startsWith('anomaly-detector:') ?? false;

/** An unknown one is reported after authorization on its ARN. */
export async function anomalyDetectorCheck(
  context: ResolveContext,
  operation: string,
  arn: string,
  asked: () => ConditionValues = () => ({}),
): Promise<Check<AnomalyDetectorRecord>> {
  const { tx, account, region } = context;
  const [, id = ''] = parseArn(arn)?.resource.split(':') ?? [];
  const known = await tx.get(anomalyDetectors, [account, region, id]);
  const found = known && anomalyDetectorArn(known) === arn ? known : undefined;
  const conditions = () => ({ ...resourceTagConditions(found?.tags), ...asked() });
  return resolved({ ...accountCheck(context, `logs:${operation}`), resource: arn, conditions }, found, () =>
    notFound('The specified anomaly detector does not exist.'),
  );
}

/** As it is listed; whoever asks for one by its ARN is not told the ARN. */
export const showAnomalyDetector = (detector: AnomalyDetectorRecord): AnomalyDetector => ({
  anomalyDetectorArn: anomalyDetectorArn(detector),
  detectorName: detector.name,
  logGroupArnList: [...detector.groupArns],
  evaluationFrequency: detector.evaluationFrequency,
  filterPattern: detector.filterPattern,
  anomalyDetectorStatus: detector.isEnabled ? 'INITIALIZING' : 'PAUSED',
  creationTimeStamp: detector.createdAtMs,
  lastModifiedTimeStamp: detector.modifiedAtMs,
  anomalyVisibilityTime: detector.visibilityDays,
});
