/** All of CloudTrail that is served. */
import type { Operation } from '../../invoke/operation.ts';
import LookupEvents from './event/LookupEvents.ts';

export const operations: readonly Operation[] = [LookupEvents];
