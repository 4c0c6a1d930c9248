/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
import { NO_VALUE, type Value } from './functions.ts';

export interface StackIdentity {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  /** The stack's ARN. */
  readonly stackId: string;
}

const PSEUDO_PARAMETERS: Readonly<Record<string, (stack: StackIdentity) => Value>> = {
  'AWS::AccountId': ({ account }) => account,
  'AWS::NoValue': () => NO_VALUE,
  // Notifications go to SNS, which is not served.
  'AWS::NotificationARNs': () => [],
  'AWS::Partition': () => 'aws',
  'AWS::Region': ({ region }) => region,
  'AWS::StackId': ({ stackId }) => stackId,
  'AWS::StackName': ({ stackName }) => stackName,
  'AWS::URLSuffix': () => 'amazonaws.com',
};

export const isPseudoParameter = (name: string): boolean => Object.hasOwn(PSEUDO_PARAMETERS, name);

export const pseudoParameter = (stack: StackIdentity, name: string): Value | undefined =>
  isPseudoParameter(name) ? PSEUDO_PARAMETERS[name]?.(stack) : undefined;
