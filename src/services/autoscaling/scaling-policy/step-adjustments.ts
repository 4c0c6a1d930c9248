/**
 * The steps of a scaling policy: ranges of a metric, one beside the other (aws-facts E5.6,
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StepAdjustment.html).
 */
import type { StepAdjustment } from '../../../shapes/generated/autoscaling.ts';
import { validationError } from '../errors.ts';

const MAX_STEPS = 20;

interface Side {
  readonly name: 'lower' | 'upper';
  readonly sign: 'negative' | 'positive';
  bound(step: StepAdjustment): number | undefined;
  /** Whether a step that ends there needs another one, without an end. */
  goesOn(bound: number): boolean;
}

const SIDES: readonly Side[] = [
  {
    name: 'lower',
    sign: 'negative',
    bound: (step) => step.MetricIntervalLowerBound,
    goesOn: (bound) => bound < 0,
  },
  {
    name: 'upper',
    sign: 'positive',
    bound: (step) => step.MetricIntervalUpperBound,
    goesOn: (bound) => bound > 0,
  },
];

export function requireSteps(steps: readonly StepAdjustment[]): void {
  if (steps.length > MAX_STEPS) {
    throw validationError(`There can be at most ${MAX_STEPS} step adjustments per scaling policy`);
  }
  for (const { MetricIntervalLowerBound: lower, MetricIntervalUpperBound: upper } of steps) {
    if (lower === undefined && upper === undefined) {
      throw validationError('Both lower and upper bounds of a step adjustment cannot be left unspecified');
    }
    if (lower !== undefined && upper !== undefined && lower >= upper) {
      throw validationError('The upper bound of a StepAdjustment must be greater than its lower bound');
    }
  }
  for (const side of SIDES) requireOneEnd(steps, side);
  requireNeighbours(steps);
}

function requireOneEnd(steps: readonly StepAdjustment[], { name, sign, bound, goesOn }: Side): void {
  const endless = `unspecified ${name} bound (i.e., ${name} bound is null)`;
  const bounds = steps.map(bound);
  const open = bounds.filter((each) => each === undefined).length;
  if (open > 1) throw validationError(`At most one StepAdjustment may have an ${endless}`);
  if (open === 1 || !bounds.some((each) => each !== undefined && goesOn(each))) return;
  throw validationError(
    `There must be a StepAdjustment with an ${endless} when one StepAdjustment has a ${sign} ${name} bound`,
  );
}

function requireNeighbours(steps: readonly StepAdjustment[]): void {
  const lowerOf = (step: StepAdjustment) => step.MetricIntervalLowerBound ?? Number.NEGATIVE_INFINITY;
  const sorted = [...steps].sort((one, other) => lowerOf(one) - lowerOf(other));
  for (const [index, step] of sorted.slice(1).entries()) {
    const end = sorted[index]!.MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY;
    if (end === lowerOf(step)) continue;
    const what = end > lowerOf(step) ? 'overlap' : 'have a gap between them';
    throw validationError(`The intervals of StepAdjustments cannot ${what}`);
  }
}
