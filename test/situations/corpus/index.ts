/** All situations, by theme. */
import type { Situation } from '../situation.ts';
import { CONDITION_SITUATIONS } from './conditions.ts';
import { PRINCIPAL_SITUATIONS } from './principals.ts';
import { THROUGH_EC2_SITUATIONS } from './through-ec2.ts';

export const SITUATIONS: readonly Situation[] = [
  ...THROUGH_EC2_SITUATIONS,
  ...CONDITION_SITUATIONS,
  ...PRINCIPAL_SITUATIONS,
];
