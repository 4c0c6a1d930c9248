/** What a scaling policy of each type must have, may have, and is kept as. */
import type { PutScalingPolicyType } from '../../../shapes/generated/autoscaling.ts';
import { requireServed, validationError } from '../errors.ts';
import { requireNatural } from '../group/group-settings.ts';
import { requirePrediction } from './predictive-scaling.ts';
import {
  ADJUSTMENT_TYPES,
  type AdjustmentType,
  type PolicySettings,
  type PolicyType,
} from './scaling-policy.ts';
import { requireSteps } from './step-adjustments.ts';
import { requireTracking } from './target-tracking.ts';

type Member = keyof PutScalingPolicyType;

const ADJUSTMENTS: readonly Member[] = [
  'AdjustmentType',
  'MinAdjustmentMagnitude',
  'ScalingAdjustment',
  'StepAdjustments',
];
const CONFIGURATIONS: readonly Member[] = ['TargetTrackingConfiguration', 'PredictiveScalingConfiguration'];

const MEMBERS: Readonly<Record<PolicyType, { needs: Member; refuses: readonly Member[] }>> = {
  SimpleScaling: {
    needs: 'ScalingAdjustment',
    refuses: ['StepAdjustments', 'MetricAggregationType', 'EstimatedInstanceWarmup', ...CONFIGURATIONS],
  },
  StepScaling: { needs: 'StepAdjustments', refuses: ['ScalingAdjustment', ...CONFIGURATIONS] },
  TargetTrackingScaling: {
    needs: 'TargetTrackingConfiguration',
    refuses: [...ADJUSTMENTS, 'MetricAggregationType', 'PredictiveScalingConfiguration'],
  },
  PredictiveScaling: {
    needs: 'PredictiveScalingConfiguration',
    refuses: [
      ...ADJUSTMENTS,
      'MetricAggregationType',
      'EstimatedInstanceWarmup',
      'TargetTrackingConfiguration',
    ],
  },
};

const AGGREGATIONS = ['Minimum', 'Maximum', 'Average'];

const isAdjusting = (type: PolicyType) => type === 'SimpleScaling' || type === 'StepScaling';

/** Throws AWS's error for a policy that cannot be. */
export function settingsOf(input: PutScalingPolicyType): PolicySettings {
  const { PolicyType: asked = 'SimpleScaling', TargetTrackingConfiguration: tracking } = input;
  if (!Object.hasOwn(MEMBERS, asked)) {
    throw validationError(`PolicyType must be one of: [${Object.keys(MEMBERS).join(', ')}].`);
  }
  const type = asked as PolicyType;
  requireServed(input, ['MinAdjustmentStep']);
  const adjustmentType = input.AdjustmentType as AdjustmentType | undefined;
  if (isAdjusting(type) && !(adjustmentType && ADJUSTMENT_TYPES.includes(adjustmentType))) {
    throw validationError(`AdjustmentType must be one of: [${ADJUSTMENT_TYPES.join(', ')}].`);
  }
  const { needs, refuses } = MEMBERS[type];
  if (input[needs] === undefined) throw validationError(`${needs} is required for policy type ${type}.`);
  const refused = refuses.find((member) => input[member] !== undefined);
  if (refused) throw validationError(`${refused} is not supported for policy type ${type}.`);
  for (const name of ['Cooldown', 'EstimatedInstanceWarmup'] as const) requireNatural(input, name);
  if (adjustmentType) requireAdjustments(adjustmentType, input);
  if (type === 'StepScaling') requireStepScaling(input);
  if (tracking) requireTracking(tracking);
  return {
    type,
    adjustmentType,
    adjustment: input.ScalingAdjustment,
    // Of the other types it has no effect (aws-facts E5.5).
    cooldownSeconds: type === 'SimpleScaling' ? input.Cooldown : undefined,
    steps: input.StepAdjustments ?? [],
    aggregation: type === 'StepScaling' ? (input.MetricAggregationType ?? 'Average') : undefined,
    warmupSeconds: input.EstimatedInstanceWarmup,
    minMagnitude: input.MinAdjustmentMagnitude,
    tracking,
    prediction:
      input.PredictiveScalingConfiguration && requirePrediction(input.PredictiveScalingConfiguration),
    isEnabled: input.Enabled ?? true,
  };
}

function requireStepScaling({
  StepAdjustments: steps = [],
  MetricAggregationType: asked,
}: PutScalingPolicyType): void {
  requireSteps(steps);
  if (asked === undefined || AGGREGATIONS.includes(asked)) return;
  throw validationError(`MetricAggregationType must be one of: [${AGGREGATIONS.join(', ')}].`);
}

/** What goes with one type of adjustment only (aws-facts E5.4). */
function requireAdjustments(type: AdjustmentType, input: PutScalingPolicyType): void {
  if (input.MinAdjustmentMagnitude && type !== 'PercentChangeInCapacity') {
    throw validationError('MinAdjustmentMagnitude is not supported by the specified adjustment type.');
  }
  const { ScalingAdjustment = 0, StepAdjustments = [] } = input;
  const adjustments = [ScalingAdjustment, ...StepAdjustments.map((step) => step.ScalingAdjustment)];
  if (type === 'ExactCapacity' && adjustments.some((adjustment) => adjustment < 0)) {
    throw validationError('The lower range for adjustment is 0 with the specified adjustment type.');
  }
}
