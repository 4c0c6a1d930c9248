/** What taking instances out of a group, and putting them in, does to its desired capacity. */
import { validationError } from '../errors.ts';
import type { GroupRecord } from '../group/group.ts';

/** The group with its desired capacity moved; AWS's error where that would break its bounds. */
export function resized(group: GroupRecord, by: number, purpose: string): GroupRecord {
  const { name, minSize, maxSize, desiredCapacity } = group;
  const capacity = desiredCapacity + by;
  if (capacity < minSize || capacity > maxSize) {
    const count = Math.abs(by);
    throw validationError(
      `AutoScalingGroup ${name} has min-size=${minSize}, max-size=${maxSize}, and desired-size=${desiredCapacity}. ` +
        `To ${purpose} ${count} ${by > 0 ? 'more ' : ''}instance${count === 1 ? '' : 's'}, please update the ` +
        'AutoScalingGroup sizes appropriately.',
    );
  }
  return { ...group, desiredCapacity: capacity };
}

/** Nothing comes into a group whose launches are suspended (aws-facts E4.4). */
export function requireLaunching({ name, suspended }: GroupRecord): void {
  if (suspended.Launch === undefined) return;
  throw validationError(
    `The Launch process is suspended for AutoScalingGroup ${name}. Resume it and try again.`,
  );
}

/** `, shrinking the capacity from 2 to 1`, or nothing where it stays. */
export function capacityChange(from: number, to: number): string {
  if (from === to) return '';
  return `, ${to < from ? 'shrinking' : 'increasing'} the capacity from ${from} to ${to}`;
}
