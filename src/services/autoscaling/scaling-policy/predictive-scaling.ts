/**
 * Predictive scaling: the configuration is kept and shown. Nobody forecasts here, since there are no metrics to learn from
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-predictive-scaling.html).
 */
import type {
  PredictiveScalingConfiguration,
  PredictiveScalingMetricSpecification,
} from '../../../shapes/generated/autoscaling.ts';
import { validationError } from '../errors.ts';

/** The configuration with what AWS takes for granted. Throws AWS's error for one that cannot be. */
export function requirePrediction(asked: PredictiveScalingConfiguration): PredictiveScalingConfiguration {
  const { MetricSpecifications: specifications, Mode = 'ForecastOnly', MaxCapacityBuffer: buffer } = asked;
  const { MaxCapacityBreachBehavior: behavior = 'HonorMaxCapacity', SchedulingBufferTime } = asked;
  const [specification] = specifications;
  if (!specification || specifications.length > 1) {
    throw validationError('PredictiveScalingConfiguration must contain exactly one metric specification.');
  }
  requireSpecification(specification);
  if ((buffer === undefined) === (behavior === 'IncreaseMaxCapacity')) {
    throw validationError(
      'MaxCapacityBuffer goes with the MaxCapacityBreachBehavior IncreaseMaxCapacity, and must be set then.',
    );
  }
  return { ...asked, Mode, MaxCapacityBreachBehavior: behavior, SchedulingBufferTime };
}

function requireSpecification(specification: PredictiveScalingMetricSpecification): void {
  const { PredefinedMetricPairSpecification: pair } = specification;
  const scaling =
    specification.PredefinedScalingMetricSpecification ?? specification.CustomizedScalingMetricSpecification;
  const load =
    specification.PredefinedLoadMetricSpecification ?? specification.CustomizedLoadMetricSpecification;
  if (pair ? scaling || load : !scaling || !load) {
    throw validationError(
      'A metric specification must contain either a predefined metric pair, or a scaling metric and a load metric.',
    );
  }
}
