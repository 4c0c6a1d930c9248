/** All situations, by theme. */
import type { Situation } from '../situation.ts';
import { CEILING_SITUATIONS } from './ceilings.ts';
import { CONDITION_SITUATIONS } from './conditions.ts';
import { CROSS_ACCOUNT_SITUATIONS } from './cross-account.ts';
import { ELEMENT_SITUATIONS } from './elements.ts';
import { FURTHER_SITUATIONS } from './further.ts';
import { FURTHER_CONDITION_SITUATIONS } from './further-conditions.ts';
import { FURTHER_REQUEST_SITUATIONS } from './further-requests.ts';
import { FURTHER_SERVICE_SITUATIONS } from './further-services.ts';
import { GRANT_SITUATIONS } from './grants.ts';
import { GROUP_SITUATIONS } from './groups-and-stacks.ts';
import { GUARDRAIL_SITUATIONS } from './guardrails.ts';
import { GUARD_SITUATIONS } from './guards.ts';
import { KEY_STATE_SITUATIONS } from './key-state.ts';
import { LAUNCH_SITUATIONS } from './launches.ts';
import { MADE_OTHERWISE_SITUATIONS } from './made-otherwise.ts';
import { NETWORK_SITUATIONS } from './networks.ts';
import { PRINCIPAL_SITUATIONS } from './principals.ts';
import { QUESTION_SITUATIONS } from './questions.ts';
import { REQUEST_SITUATIONS } from './requests.ts';
import { SERVICE_SITUATIONS } from './services.ts';
import { SHARED_POLICY_SITUATIONS } from './shared-policies.ts';
import { THROUGH_EC2_SITUATIONS } from './through-ec2.ts';

export const SITUATIONS: readonly Situation[] = [
  ...THROUGH_EC2_SITUATIONS,
  ...CONDITION_SITUATIONS,
  ...PRINCIPAL_SITUATIONS,
  ...GUARDRAIL_SITUATIONS,
  ...GUARD_SITUATIONS,
  ...CROSS_ACCOUNT_SITUATIONS,
  ...KEY_STATE_SITUATIONS,
  ...REQUEST_SITUATIONS,
  ...GRANT_SITUATIONS,
  ...GROUP_SITUATIONS,
  ...SERVICE_SITUATIONS,
  ...FURTHER_SITUATIONS,
  ...CEILING_SITUATIONS,
  ...NETWORK_SITUATIONS,
  ...FURTHER_CONDITION_SITUATIONS,
  ...FURTHER_SERVICE_SITUATIONS,
  ...ELEMENT_SITUATIONS,
  ...MADE_OTHERWISE_SITUATIONS,
  ...FURTHER_REQUEST_SITUATIONS,
  ...LAUNCH_SITUATIONS,
  ...SHARED_POLICY_SITUATIONS,
  ...QUESTION_SITUATIONS,
];
