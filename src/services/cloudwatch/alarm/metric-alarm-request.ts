/**
 * What PutMetricAlarm takes
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html; aws-facts K9).
 */
import type { PutMetricAlarmInput } from '../../../shapes/generated/cloudwatch.ts';
import { invalid, invalidCombination, missingParameter } from '../errors.ts';

const ANOMALY_OPERATORS = [
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
];
const MISSING_DATA = ['breaching', 'notBreaching', 'ignore', 'missing'];
const OF_ONE_METRIC = [
  'Namespace',
  'MetricName',
  'Dimensions',
  'Period',
  'Unit',
  'Statistic',
  'ExtendedStatistic',
] as const;
const EXTENDED =
  /^(?:(?:p|tm|tc|ts|wm)(?:100|\d{1,2}(?:\.\d{1,10})?)|IQM|(?:PR|TC|TM|TS|WM)\([\d.]*%?:[\d.]*%?\))$/i;
const DAY_SECONDS = 86_400;

export function requireMetricAlarm(input: PutMetricAlarmInput): void {
  const { ComparisonOperator: operator, EvaluationPeriods: periods, DatapointsToAlarm: datapoints } = input;
  if (operator === undefined) throw missingParameter('The parameter ComparisonOperator is required.');
  if (periods === undefined) throw missingParameter('The parameter EvaluationPeriods is required.');
  if (datapoints !== undefined && datapoints > periods) {
    throw invalid('DatapointsToAlarm must be less than or equal to EvaluationPeriods.');
  }
  if (input.TreatMissingData !== undefined && !MISSING_DATA.includes(input.TreatMissingData)) {
    throw invalid(
      `Value ${input.TreatMissingData} at 'treatMissingData' failed to satisfy constraint: Member must satisfy enum ` +
        `value set: [${MISSING_DATA.join(', ')}]`,
    );
  }
  if (input.Metrics?.length) requireQueries(input);
  else requireMetric(input);
  requireThreshold(input);
}

/** One metric, by its name and a statistic. */
function requireMetric(input: PutMetricAlarmInput): void {
  const { Period: period, Statistic, ExtendedStatistic: extended, EvaluationPeriods: periods = 1 } = input;
  if (input.MetricName === undefined) {
    throw invalid('Exactly one of MetricName, Metrics or EvaluationCriteria must be specified.');
  }
  if (input.Namespace === undefined) throw missingParameter('The parameter Namespace is required.');
  if (period === undefined) throw missingParameter('The parameter Period is required.');
  requirePeriod(period);
  if ((Statistic === undefined) === (extended === undefined)) {
    throw invalidCombination('Exactly one of Statistic and ExtendedStatistic must be specified.');
  }
  if (extended !== undefined && !EXTENDED.test(extended)) {
    throw invalid(`The value ${extended} for parameter ExtendedStatistic is not supported.`);
  }
  const most = period >= 3600 ? 7 * DAY_SECONDS : DAY_SECONDS;
  if (period * periods > most) {
    throw invalid(
      most === DAY_SECONDS
        ? `Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= ${most}).`
        : `Metrics cannot be checked across more than seven days (EvaluationPeriods * Period must be <= ${most}).`,
    );
  }
}

function requirePeriod(period: number): void {
  if (period % 60 === 0 || [10, 20, 30].includes(period)) return;
  throw invalid('The parameter Period must be 10, 20, 30, or a multiple of 60.');
}

/** Metric math: what it watches is the one query that returns data, or two where one is the band of the other. */
function requireQueries(input: PutMetricAlarmInput): void {
  const both = OF_ONE_METRIC.find((name) => input[name] !== undefined);
  if (both) throw invalidCombination(`The parameter ${both} must not be specified if Metrics is.`);
  const queries = input.Metrics ?? [];
  const ids = queries.map(({ Id }) => Id);
  if (new Set(ids).size < ids.length) throw invalid('The values for parameter Id in Metrics must be unique.');
  for (const { Id, Expression, MetricStat } of queries) {
    if (!/^[a-z]\w*$/.test(Id)) throw invalid(`The value ${Id} for parameter Id is not valid.`);
    if ((Expression === undefined) === (MetricStat === undefined)) {
      throw invalid('Each member of Metrics must have either MetricStat or Expression, and not both.');
    }
    if (MetricStat) requirePeriod(MetricStat.Period);
  }
  const watched = queries.filter(({ ReturnData = true }) => ReturnData);
  const most = input.ThresholdMetricId === undefined ? 1 : 2;
  if (watched.length === 0 || watched.length > most) {
    throw invalid('Exactly one element of the metrics list should return data.');
  }
  if (input.ThresholdMetricId !== undefined && !ids.includes(input.ThresholdMetricId)) {
    throw invalid('ThresholdMetricId must be the Id of a member of Metrics.');
  }
}

function requireThreshold({
  ComparisonOperator: operator,
  Threshold,
  ThresholdMetricId,
}: PutMetricAlarmInput) {
  const isAnomaly = ANOMALY_OPERATORS.includes(operator ?? '');
  if (isAnomaly !== (ThresholdMetricId !== undefined)) {
    throw invalidCombination(
      'ThresholdMetricId and a comparison operator of anomaly detection must be specified together.',
    );
  }
  if (isAnomaly === (Threshold !== undefined)) {
    throw isAnomaly
      ? invalidCombination('Threshold must not be specified if ThresholdMetricId is.')
      : missingParameter('The parameter Threshold is required.');
  }
}
