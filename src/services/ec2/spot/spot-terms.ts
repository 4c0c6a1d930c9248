/** On what terms Spot capacity is asked for, the same in a launch's market options and in a Spot Instance request. */
import { AwsError } from '../../../aws/aws-error.ts';
import type {
  InstanceMarketOptionsRequest,
  RunInstancesRequest,
  SpotMarketOptions,
} from '../../../shapes/generated/ec2.ts';
import { onDemandPrice, showPrice, spotPrice } from './spot-price.ts';

export interface SpotTerms {
  readonly type: 'one-time' | 'persistent';
  readonly interruption: 'hibernate' | 'stop' | 'terminate';
  /** The highest price to be paid: the On-Demand price, where none is named. */
  readonly price: string;
  readonly validUntilMs?: number;
}

const combination = (message: string) => new AwsError('InvalidParameterCombination', message);
const invalid = (name: string, value: unknown, message: string) =>
  new AwsError('InvalidParameterValue', `Value (${value}) for parameter ${name} is invalid. ${message}`);

/** Of the parameters by which AWS names them in either request. */
export interface AskedTerms {
  readonly type?: string;
  readonly interruption?: string;
  readonly price?: string;
  readonly validUntilMs?: number;
  readonly blockDurationMinutes?: number;
}

/** The terms that a request asks for, or AWS's error. `priceName` is what the request calls the price. */
export function requireSpotTerms(
  asked: AskedTerms,
  { instanceType, nowMs, priceName }: { instanceType: string; nowMs: number; priceName: string },
): SpotTerms {
  const { type = 'one-time', interruption = 'terminate', validUntilMs, blockDurationMinutes } = asked;
  // An empty one is none (aws-facts I36).
  const price = asked.price || undefined;
  if (blockDurationMinutes !== undefined) {
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotMarketOptions.html: deprecated, and no longer offered.
    throw new AwsError(
      'UnsupportedOperation',
      'Spot Instances with a defined duration are no longer supported.',
    );
  }
  if (price !== undefined && !(/^\d{1,9}(?:\.\d{1,9})?$/.test(price) && Number(price) > 0)) {
    throw invalid(priceName, price, 'A price must be a positive number.');
  }
  if (validUntilMs !== undefined && validUntilMs <= nowMs) {
    throw invalid('validUntil', new Date(validUntilMs).toISOString(), 'The date must be in the future.');
  }
  // aws-facts I18
  if (interruption !== 'terminate' && type !== 'persistent') {
    throw combination(
      `The request with type '${asked.type ?? 'null'}' is not supported when instanceInterruptionBehavior is set to '${interruption}'.`,
    );
  }
  return {
    type: type as SpotTerms['type'],
    interruption: interruption as SpotTerms['interruption'],
    price: showPrice(price === undefined ? onDemandPrice(instanceType) : Number(price)),
    validUntilMs,
  };
}

/** The terms of a launch, undefined for an On-Demand one. What may hibernate does so when it is interrupted (aws-facts I36). */
export function marketTerms(
  { InstanceMarketOptions: market, HibernationOptions: hibernation }: RunInstancesRequest,
  instanceType: string,
  nowMs: number,
): SpotTerms | undefined {
  if (!market || (!market.MarketType && !market.SpotOptions)) return undefined;
  const { MaxPrice, SpotInstanceType, ValidUntil, BlockDurationMinutes, ...asked } =
    market.SpotOptions ?? ({} as SpotMarketOptions);
  const interruption =
    asked.InstanceInterruptionBehavior ?? (hibernation?.Configured ? 'hibernate' : undefined);
  // aws-facts I14, I18
  if (SpotInstanceType === 'persistent' && (interruption ?? 'terminate') === 'terminate') {
    throw combination(
      'The terminate InstanceInterruptionBehavior is not supported when requestType is set to persistent.',
    );
  }
  if (ValidUntil !== undefined && SpotInstanceType !== 'persistent') {
    throw combination('The parameter ValidUntil is only supported for persistent Spot Instance requests.');
  }
  return requireSpotTerms(
    {
      type: SpotInstanceType,
      interruption,
      price: MaxPrice,
      validUntilMs: ValidUntil,
      blockDurationMinutes: BlockDurationMinutes,
    },
    { instanceType, nowMs, priceName: 'maxPrice' },
  );
}

/** A launch on such terms. What EC2 stops or hibernates needs a request that starts it again. */
export function marketOn({
  price,
  interruption = 'terminate',
}: {
  readonly price: string | undefined;
  readonly interruption: string | undefined;
}): InstanceMarketOptionsRequest {
  const InstanceInterruptionBehavior = interruption as SpotTerms['interruption'];
  const keeps = interruption !== 'terminate';
  return {
    MarketType: 'spot',
    SpotOptions: {
      MaxPrice: price,
      ...(keeps && { SpotInstanceType: 'persistent' as const, InstanceInterruptionBehavior }),
    },
  };
}

/** Throws where the terms do not meet the price of a place; a RequestSpotInstances request then waits. */
export function requireMetPrice({ price }: SpotTerms, instanceType: string, zone: string): void {
  const least = spotPrice(instanceType, zone);
  if (Number(price) >= least) return;
  throw new AwsError(
    'SpotMaxPriceTooLow',
    `Your Spot request price of ${Number(price)} is lower than the minimum required Spot request fulfillment price of ${Number(showPrice(least))}.`,
  );
}
