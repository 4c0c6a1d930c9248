/** The states of an instance and why it is in one (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html). */
import { AwsError } from '../../../aws/aws-error.ts';

const CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;

export type InstanceState = keyof typeof CODES;

export const showState = (state: InstanceState) => ({ Code: CODES[state], Name: state });

export interface StateReason {
  readonly Code: string;
  readonly Message: string;
}

export interface Transition {
  readonly stateReason?: StateReason;
  /** `StateTransitionReason`; empty where there is nothing to say. */
  readonly transitionReason: string;
}

const reason = (code: string, text: string): StateReason => ({ Code: code, Message: `${code}: ${text}` });

/** Of what a user stopped or terminated (aws-facts C2.4). */
export function userInitiated(nowMs: number): Transition {
  const at = new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ');
  return {
    stateReason: reason('Client.UserInitiatedShutdown', 'User initiated shutdown'),
    transitionReason: `User initiated (${at} GMT)`,
  };
}

/** Of what a user hibernated (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html). */
export const userHibernated = (nowMs: number): Transition => ({
  ...userInitiated(nowMs),
  stateReason: reason('Client.UserInitiatedHibernate', 'User initiated hibernate'),
});

/** A launch whose volume's key could not be used, as AWS has reported it since 2023 (aws-facts C2.1). */
export const LAUNCH_FAILED: Transition = {
  stateReason: reason('Client.InvalidKMSKey.InvalidState', 'The KMS key provided is in an incorrect state'),
  transitionReason: 'Client.InternalError',
};

/**
 * A start whose volume's key could not be used. AWS documents this code and message for StartInstances
 * (https://repost.aws/knowledge-center/kms-iam-ec2-permission), and no capture shows the newer code of launches there;
 * the transition reason is the one seen since 2023 (aws-facts C1).
 */
export const START_FAILED: Transition = {
  stateReason: reason('Client.InternalError', 'Client error on launch'),
  transitionReason: 'Client.InternalError',
};

/** Stopped or terminated by EC2 itself, since the key of a volume could not be used. */
export const hasFailedToStart = ({ stateReason }: { readonly stateReason?: StateReason }): boolean =>
  /^Client\.(?:InternalError|InvalidKMSKey\.)/.test(stateReason?.Code ?? '');

/** Of what EC2 takes back when it needs the capacity (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html). */
export const SPOT_TERMINATED: Transition = {
  stateReason: reason('Server.SpotInstanceTermination', 'Spot instance termination'),
  transitionReason: 'Server.SpotInstanceTermination',
};

export const SPOT_STOPPED: Transition = {
  stateReason: reason('Server.SpotInstanceShutdown', 'Spot instance shutdown'),
  transitionReason: 'Server.SpotInstanceShutdown',
};

export const isInterruption = ({ stateReason }: { readonly stateReason?: StateReason }): boolean =>
  [SPOT_TERMINATED, SPOT_STOPPED].some((each) => each.stateReason?.Code === stateReason?.Code);

/** Of an instance about to run: EC2 names its state as the reason. */
export const PENDING: Transition = {
  stateReason: { Code: 'pending', Message: 'pending' },
  transitionReason: '',
};

export const NO_REASON: Transition = { stateReason: undefined, transitionReason: '' };

export function requireState(
  instance: { readonly id: string; readonly state: InstanceState },
  allowed: readonly InstanceState[],
  purpose: string,
): void {
  if (allowed.includes(instance.state)) return;
  throw new AwsError(
    'IncorrectInstanceState',
    `The instance '${instance.id}' is not in a state from which it can be ${purpose}.`,
  );
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (InvalidInstanceID) */
export const unfitStateError = ({ id, state }: { readonly id: string; readonly state: InstanceState }) =>
  new AwsError(
    'InvalidInstanceID',
    `The ${state} instance '${id}' is not in a valid state for this operation.`,
  );
