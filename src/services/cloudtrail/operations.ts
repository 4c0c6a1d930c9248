// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import LookupEvents from './event/LookupEvents.ts';

export const operations: readonly Operation[] = [
  LookupEvents,
];
