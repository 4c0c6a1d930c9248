/** A call as its caller experiences it: whether it was refused, and whether what it is for came about afterwards. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from './scene.ts';
import type { Call } from './situation.ts';

export interface Attempt {
  readonly works: boolean;
  /** The id of what it made or changed. */
  readonly made?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly requestId?: string };
  /** What came of it, in a few words. */
  readonly outcome: string;
}

/** `isAwaited`: what it began is waited for. */
export async function attempt(scene: Scene, call: Call, isAwaited = !scene.takesItsTime): Promise<Attempt> {
  let made: unknown;
  try {
    made = await scene.call(call);
  } catch (error) {
    const { name, Code, message, $metadata } = error as {
      name: string;
      Code?: string;
      message: string;
      $metadata?: { requestId?: string };
    };
    if (!$metadata) throw error;
    const code = Code ?? name;
    return { works: false, error: { code, message, requestId: $metadata.requestId }, outcome: code };
  }
  await (isAwaited ? scene.settled() : scene.server.settled());
  const { seenBy } = call;
  if (seenBy) {
    const works = seenBy.shows.test(JSON.stringify(await scene.root(seenBy.call, seenBy.with, call)));
    return { works, made: idOf(made), outcome: works ? 'seen' : 'not seen' };
  }
  const [service = '', operation = ''] = call.call.split(':');
  const check = CHECKS[`${service}:${operation}`];
  if (!check) return { works: true, made: idOf(made), outcome: 'done' };
  const [question, input, good] = check;
  let states: string[];
  let tries = MAX_TRIES;
  do {
    await sleep(tries-- === MAX_TRIES ? 0 : PAUSE_MS);
    await scene.server.settled();
    states = statesIn(await scene.root(`${service}:${question}`, input(String(made)), call));
  } while (isAwaited && tries > 0 && states.some((state) => UNDER_WAY.test(state)));
  const works = states.length > 0 && states.every((state) => state === good);
  return { works, made: String(made), outcome: states.join(', ') || 'gone' };
}

/** A stack is built by calls that nobody waits for. */
const UNDER_WAY = /_IN_PROGRESS$|^Pending$/;
const PAUSE_MS = 20;
const MAX_TRIES = 500;

const idOf = (made: unknown) => (typeof made === 'string' ? made : undefined);

type Check = readonly [question: string, input: (id: string) => object, good: string];

const volumeCheck = (good: string): Check => [
  'DescribeVolumes',
  (id) => ({ Filters: [{ Name: 'volume-id', Values: [id] }] }),
  good,
];
const instanceCheck: Check = ['DescribeInstances', (id) => ({ InstanceIds: [id] }), 'running'];
const snapshotCheck: Check = ['DescribeSnapshots', (id) => ({ SnapshotIds: [id] }), 'completed'];
const groupCheck: Check = [
  'DescribeAutoScalingGroups',
  (id) => ({ AutoScalingGroupNames: [id] }),
  'InService',
];

/** How it is seen that what a call was for has come about, where its reply does not say so. */
const CHECKS: Readonly<Record<string, Check>> = {
  'ec2:AttachVolume': volumeCheck('in-use'),
  'ec2:CreateVolume': volumeCheck('available'),
  'ec2:CopySnapshot': snapshotCheck,
  'ec2:CreateSnapshot': snapshotCheck,
  'ec2:CopyImage': ['DescribeImages', (id) => ({ ImageIds: [id] }), 'available'],
  'ec2:RequestSpotFleet': ['DescribeSpotFleetRequests', (id) => ({ SpotFleetRequestIds: [id] }), 'fulfilled'],
  'ec2:RequestSpotInstances': [
    'DescribeSpotInstanceRequests',
    (id) => ({ SpotInstanceRequestIds: [id] }),
    'active',
  ],
  'ec2:RunInstances': instanceCheck,
  'ec2:StartInstances': instanceCheck,
  'autoscaling:CreateAutoScalingGroup': groupCheck,
  'cloudformation:CreateStack': ['DescribeStacks', (id) => ({ StackName: id }), 'CREATE_COMPLETE'],
};

interface Described {
  readonly Volumes?: readonly { readonly State: string }[];
  readonly Snapshots?: readonly { readonly State: string }[];
  readonly Images?: readonly { readonly State: string }[];
  readonly Stacks?: readonly { readonly StackStatus: string }[];
  readonly Reservations?: readonly {
    readonly Instances: readonly { readonly State: { readonly Name: string } }[];
  }[];
  readonly SpotInstanceRequests?: readonly { readonly State: string }[];
  readonly SpotFleetRequestConfigs?: readonly { readonly ActivityStatus: string }[];
  readonly AutoScalingGroups?: readonly {
    readonly Instances?: readonly { readonly LifecycleState: string }[];
  }[];
}

function statesIn(answer: object): string[] {
  const { Volumes, Snapshots, Images, Stacks, Reservations, AutoScalingGroups } = answer as Described;
  const { SpotFleetRequestConfigs: fleets = [], SpotInstanceRequests: requests } = answer as Described;
  return [
    ...fleets.map(({ ActivityStatus: status }) => status),
    ...[Volumes, Snapshots, Images, requests].flatMap((all) => (all ?? []).map(({ State }) => State)),
    ...(Stacks ?? []).map(({ StackStatus }) => StackStatus),
    ...(Reservations ?? []).flatMap(({ Instances }) => Instances.map(({ State }) => State.Name)),
    ...(AutoScalingGroups ?? []).flatMap(({ Instances = [] }) =>
      Instances.map(({ LifecycleState }) => LifecycleState),
    ),
  ];
}

/** Members by which calls name what they make: made again, it needs another name. */
const NAMES: Readonly<Record<string, string>> = {
  CopyImage: 'Name',
  CreateAutoScalingGroup: 'AutoScalingGroupName',
  CreateStack: 'StackName',
};

/** The same call, for something of another name where names are taken. */
export function anew(call: Call): Call {
  const member = NAMES[call.call.split(':')[1] ?? ''];
  const name = member && (call.with as Record<string, unknown> | undefined)?.[member];
  return member ? { ...call, with: { ...call.with, [member]: `${name}-again` } } : call;
}
