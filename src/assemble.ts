/** The composition root: the only file that knows everybody. */

import pkg from '../package.json' with { type: 'json' };
import { credentialLookup, openIdentity } from './authn/credentials.ts';
import { simulatedInstances } from './compute/simulated-instances.ts';
import { followCalls, type LoggedCall } from './control/call-log.ts';
import {
  CONTROL_PREFIX,
  controlApi,
  type Question,
  type ScopeOf,
  scopeOfBody,
} from './control/control-api.ts';
import { questions } from './control/questions.ts';
import { resealCalls } from './invoke/audit/recorded-call.ts';
import { keepHistoryBounded } from './invoke/audit/retention.ts';
import { resealAccounts } from './invoke/identity/account.ts';
import { resealForwardSessions } from './invoke/identity/forward-session.ts';
import type { Adoption } from './invoke/imported/described.ts';
import { createRuntime } from './invoke/invoke.ts';
import { resealReplies } from './invoke/kept-replies.ts';
import type { Ports } from './invoke/port.ts';
import type { Delays } from './invoke/ports/ports.ts';
import { Registry } from './invoke/registry.ts';
import type { Runtime } from './invoke/runtime.ts';
import { portsOf, type ServiceModule } from './invoke/service-module.ts';
import { WorkflowRunner } from './invoke/workflow.ts';
import { openState } from './open-state.ts';
import { Health } from './platform/health.ts';
import { uuid } from './platform/identifiers.ts';
import { noteHolder } from './platform/node/data-holder.ts';
import { type AdjustableClock, machineClock, systemTimers, systemTurns } from './platform/node/index.ts';
import { announceServer } from './platform/node/running-server.ts';
import type { RekeyableSealer } from './platform/node/sealer.ts';
import type { Entropy, Timers, Turns } from './platform/ports.ts';
import autoscaling from './services/autoscaling/index.ts';
import cloudformation from './services/cloudformation/index.ts';
import { receiveSignal } from './services/cloudformation/stack/wait-handle.ts';
import { WAIT_PATH } from './services/cloudformation/wait-address.ts';
import cloudtrail from './services/cloudtrail/index.ts';
import ebs from './services/ebs/index.ts';
import ec2 from './services/ec2/index.ts';
import events from './services/events/index.ts';
import iam from './services/iam/index.ts';
import kms from './services/kms/index.ts';
import logs from './services/logs/index.ts';
import organizations from './services/organizations/index.ts';
import ssm from './services/ssm/index.ts';
import sts from './services/sts/index.ts';
import type { Store } from './store/store.ts';
import { createEndpoint } from './wire/endpoint.ts';
import type { HttpRequest, HttpResponse } from './wire/http.ts';
import { refuse } from './wire/route.ts';
import { type RunningServer, startServer } from './wire/server.ts';

export const DEFAULT_ACCOUNT = '123456789012';
export const DEFAULT_REGION = 'us-east-1';

export interface LatchkeyOptions {
  /** Directory that keeps everything; in memory when absent. */
  readonly data?: string;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, a free one. */
  readonly port?: number;
  /** Names to answer to besides those of the loopback interface: `latchkey`, `latchkey:8080`, `*.aws.test`. */
  readonly hostnames?: readonly string[];
  /** The token that the control API asks for. Default: a new one. */
  readonly token?: string;
  readonly auth?: 'strict' | 'open';
  readonly account?: string;
  readonly region?: string;
  /** Scales the time that simulated work takes. */
  readonly delays?: number;
  /** An image id that is unknown stands for an image like ours of the architecture that its use implies. */
  readonly anyImage?: boolean;
  /** Seals keys under a passphrase instead of a root key file. */
  readonly passphrase?: string;
  /** Receives errors that are ours. Default: standard error. */
  readonly onDefect?: (error: unknown) => void;
  /** Receives a sentence for each thing that begins or ceases to be wrong with the server. Default: standard error. */
  readonly onHealth?: (sentence: string) => void;
  /** Fills an empty store before the first request is answered, as with an imported account. */
  readonly prepare?: (runtime: Runtime) => Promise<void>;
  readonly refusal?: Runtime['refusal'];
  /** What the control API answers beside its own questions, or in place of them. */
  readonly questions?: (runtime: Runtime, scopeOf: ScopeOf) => Record<string, Question>;
  /** The disk has failed, so that nothing more is accepted until a new start. */
  readonly onFatal?: (error: Error) => void;
}

export interface Latchkey {
  readonly url: string;
  /** For the control door. */
  readonly token: string;
  readonly runtime: Runtime;
  /** Hands over each call as it is recorded, until the returned function is called. */
  followCalls(onCalls: (calls: readonly LoggedCall[]) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const SERVICES = [
  kms,
  iam,
  sts,
  organizations,
  ec2,
  ebs,
  autoscaling,
  cloudtrail,
  cloudformation,
  events,
  logs,
  ssm,
] as const;

type Settings = LatchkeyOptions & Required<Pick<LatchkeyOptions, 'account' | 'region' | 'onDefect'>>;

export async function startLatchkey(options: LatchkeyOptions = {}): Promise<Latchkey> {
  const settings: Settings = {
    ...options,
    account: options.account ?? DEFAULT_ACCOUNT,
    region: options.region ?? DEFAULT_REGION,
    onDefect: options.onDefect ?? ((error) => console.error('latchkey: internal error:', error)),
  };
  const health = new Health(options.onHealth ?? ((sentence) => console.error(`latchkey: ${sentence}`)));
  const state = await openState({ ...settings, health });
  const { runtime, close } = composeRuntime({ ...state, timers: systemTimers, turns: systemTurns }, settings);
  // What was opened is closed again, the last first, by `close` or where the start fails half-way.
  const undone: (() => unknown)[] = [close];
  const closeAll = async () => {
    for (const undo of undone.splice(0).reverse()) await undo();
  };
  const token = options.token ?? uuid(state.entropy);
  try {
    await options.prepare?.(runtime);
    const handler = composeHandler(runtime, settings, { ...state, token });
    const { url, close: closeServer } = await serve(runtime, settings, handler);
    undone.push(closeServer);
    runtime.ports.address.url = url;
    const { pid } = process;
    undone.push(announceServer({ url, token, pid }));
    if (options.data) undone.push(noteHolder(options.data, { url, pid }));
    await resumeServices(runtime);
    return {
      url,
      token,
      runtime,
      followCalls: (onCalls) => followCalls(runtime, onCalls),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** What a runtime stands on: of this machine (open-state.ts), or simulated. */
export interface State {
  readonly store: Store;
  readonly clock: AdjustableClock;
  readonly timers: Timers;
  readonly turns: Turns;
  readonly entropy: Entropy;
  readonly sealer: RekeyableSealer;
  readonly blocks: Ports['blocks'] & { close(): Promise<void> };
  readonly health: Health;
}

type RuntimeSettings = Pick<Settings, 'delays' | 'anyImage' | 'onDefect' | 'refusal'>;

/** Services upon their state, at work: what is due of what was left runs at once. */
export function composeRuntime(state: State, { delays = 1, anyImage, onDefect, refusal }: RuntimeSettings) {
  const { sealer, blocks, turns, ...standsOn } = state;
  const ports: Ports = {
    ...portsOf(SERVICES),
    sealer,
    blocks,
    instances: simulatedInstances(),
    delays: scaledDelays(delays),
    address: {},
    standInImages: anyImage ? onceEach((sentence) => console.error(`latchkey: ${sentence}`)) : undefined,
    reportFault: onDefect,
  };
  const registry = new Registry(SERVICES.flatMap(({ operations }) => operations));
  const workflows = new WorkflowRunner(
    (SERVICES as readonly ServiceModule[]).flatMap((service) => service.workflows ?? []),
  );
  const runtime = createRuntime({ ...standsOn, ports, registry, workflows, onDefect, refusal });
  workflows.start(runtime);
  const stopForgetting = keepHistoryBounded({ ...standsOn, turns }, onDefect);
  const close = async () => {
    stopForgetting();
    await workflows.stop();
    await blocks.close();
    await state.store.close();
  };
  return { runtime, close };
}

/** What AWS described of real accounts, into the records of the services: those that others name first. */
export async function adoptDescribed(store: Store, adoption: Omit<Adoption, 'tx'>): Promise<void> {
  for (const service of [iam, organizations, kms, ec2, autoscaling] as readonly ServiceModule[]) {
    // One after the other: what a transaction has written is slow to search.
    await store.transact(async (tx) => service.adopt?.({ ...adoption, tx }));
  }
}

/** Once requests are answered: volumes are attached again, and whatever else services left when the server ended. */
export async function resumeServices(runtime: Runtime): Promise<void> {
  for (const service of SERVICES as readonly ServiceModule[]) await service.resume?.(runtime);
}

/** Answers AWS's clients, and on a path of their own the commands. */
export function composeHandler(
  runtime: Runtime,
  {
    auth,
    account,
    region,
    onDefect,
    questions: more,
  }: Pick<Settings, 'auth' | 'account' | 'region' | 'onDefect' | 'questions'>,
  { clock, sealer, token }: { clock: AdjustableClock; sealer: RekeyableSealer; token: string },
): (request: HttpRequest) => Promise<HttpResponse> {
  const { store, entropy, ports } = runtime;
  const resealers = [
    resealAccounts,
    resealForwardSessions,
    resealCalls,
    resealReplies,
    ...(SERVICES as readonly ServiceModule[]).flatMap((service) => service.reseal ?? []),
  ];
  const control = controlApi(
    token,
    {
      ...questions({ runtime, clock, sealer, resealers, account, region }),
      ...more?.(runtime, scopeOfBody({ account, region })),
    },
    { health: runtime.health, version: pkg.version },
    onDefect,
  );
  const { principals, credentials } = ports;
  const endpoint = createEndpoint({
    runtime,
    credential: credentialLookup({ store, sealer, principals, userKeys: credentials }),
    open: auth === 'open' ? openIdentity({ store, sealer, clock, entropy }, account) : undefined,
    signingClock: machineClock,
  });
  return async (request) => {
    const { method, path, body } = request;
    if (path.startsWith(CONTROL_PREFIX)) return control(request);
    if (!path.startsWith(WAIT_PATH)) return endpoint(request);
    return { status: await receiveSignal(runtime, method, path, body.toString()), headers: {}, body: '' };
  };
}

function serve(
  { entropy, timers }: Runtime,
  { host, hostnames, port = 0, onDefect }: Settings,
  handle: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<RunningServer> {
  return startServer({
    host,
    hostnames,
    port,
    handle,
    refuse: (error, head) => refuse(error, head, uuid(entropy)),
    report: onDefect,
    timers,
  });
}

/** Says each sentence once. */
function onceEach(say: (sentence: string) => void): (sentence: string) => void {
  const said = new Set<string>();
  return (sentence) => {
    if (said.has(sentence)) return;
    said.add(sentence);
    say(sentence);
  };
}

function scaledDelays(factor: number): Delays {
  return { scaled: (awsMs) => awsMs * factor, grantPropagationMs: 0 };
}
