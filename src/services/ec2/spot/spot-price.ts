/**
 * Prices, which nobody pays here: made up from a type's processors and memory, about those of us-east-1, and the same at any
 * time. They tell a maximum price that can be met from one that cannot (docs/deviations-from-aws.md).
 */
import { findInstanceType } from '../instance/instance-type.ts';

/** In thousandths of a dollar an hour. */
const BURSTABLE_GIB = 10.4;
const VCPU = 30;
const GIB = 4.5;
/** What spare capacity costs of the On-Demand price; some zones have less of it to spare. */
const SPOT_SHARE = 0.35;
const ZONE_STEP = 0.02;

export function onDemandPrice(typeName: string): number {
  const type = findInstanceType(typeName);
  if (!type) return 0;
  const gib = (type.info.MemoryInfo?.SizeInMiB ?? 0) / 1024;
  return (type.isBurstable ? gib * BURSTABLE_GIB : type.vcpus * VCPU + gib * GIB) / 1000;
}

export function spotPrice(typeName: string, zone: string): number {
  const step = (zone.charCodeAt(zone.length - 1) - 'a'.charCodeAt(0)) * ZONE_STEP;
  return onDemandPrice(typeName) * (SPOT_SHARE + step);
}

/** As AWS writes prices. */
export const showPrice = (price: number): string => price.toFixed(6);
