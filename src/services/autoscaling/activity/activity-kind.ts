/** What a scaling activity is about, which nothing says of it but how its description begins. */
import type { ActivityRecord } from './activity.ts';

interface ActivityKind {
  /** In AWS's words; the instance's id follows. */
  readonly description: string;
  /** Before the group's name: `The detachment of i-… from`. */
  readonly what: (instance: string) => string;
  /** `detach an instance` */
  readonly verb: string;
  /** It brings an instance into the group or its warm pool, and so waits for it. */
  readonly isLaunch?: true;
}

export const ACTIVITY_KINDS = {
  launchFromPool: {
    description: 'Launching a new EC2 instance from warm pool',
    what: () => 'A launch from the warm pool of',
    verb: 'launch from its warm pool',
    isLaunch: true,
  },
  launchIntoPool: {
    description: 'Launching a new EC2 instance into warm pool',
    what: () => 'A launch into the warm pool of',
    verb: 'launch into its warm pool',
    isLaunch: true,
  },
  launch: {
    description: 'Launching a new EC2 instance',
    what: () => 'A launch of',
    verb: 'launch',
    isLaunch: true,
  },
  returnToPool: {
    description: 'Returning EC2 instance to warm pool',
    what: (instance) => `The return of ${instance} to the warm pool of`,
    verb: 'return an instance to its warm pool',
  },
  terminate: {
    description: 'Terminating EC2 instance',
    what: (instance) => `The termination of ${instance} by`,
    verb: 'terminate an instance',
  },
  attach: {
    description: 'Attaching an existing EC2 instance',
    what: (instance) => `The attachment of ${instance} to`,
    verb: 'attach an instance',
  },
  detach: {
    description: 'Detaching EC2 instance',
    what: (instance) => `The detachment of ${instance} from`,
    verb: 'detach an instance',
  },
  enterStandby: {
    description: 'Moving EC2 instance to Standby',
    what: (instance) => `The move of ${instance} to standby in`,
    verb: 'move an instance to standby',
  },
  exitStandby: {
    description: 'Moving EC2 instance out of Standby',
    what: (instance) => `The move of ${instance} out of standby in`,
    verb: 'move an instance out of standby',
  },
} as const satisfies Readonly<Record<string, ActivityKind>>;

/** Undefined for what is not one of these: that a group cannot shrink, say. */
export const kindOf = ({ description }: ActivityRecord): ActivityKind | undefined =>
  Object.values<ActivityKind>(ACTIVITY_KINDS).find((kind) => description.startsWith(kind.description));
