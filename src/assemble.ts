/** The composition root: the only file that knows everybody. */
import pkg from '../package.json' with { type: 'json' };
import { announce, tlsIdentity } from './announce.ts';
import { credentialLookup, openIdentity } from './authn/credentials.ts';
import { scaledDelays } from './compute/delays.ts';
import { simulatedInstances } from './compute/simulated-instances.ts';
import { activityStreams } from './control/activity.ts';
import { followCalls } from './control/call-log.ts';
import { ConsoleDoor } from './control/console/door.ts';
import { CONTROL_PREFIX, controlApi, scopeOfBody } from './control/control-api.ts';
import { frontPage } from './control/front-page.ts';
import { loadQuestions } from './control/load-questions.ts';
import { resealCalls } from './invoke/audit/recorded-call.ts';
import { keepHistoryBounded } from './invoke/audit/retention.ts';
import { type AccountRecord, allAccounts, putAccounts, resealAccounts } from './invoke/identity/account.ts';
import { resealForwardSessions } from './invoke/identity/forward-session.ts';
import { type Adopted, adoptInto } from './invoke/imported/adopt-into.ts';
import { createRuntime } from './invoke/invoke.ts';
import { resealReplies } from './invoke/kept-replies.ts';
import type { Ports } from './invoke/port.ts';
import { Registry } from './invoke/registry.ts';
import type { Runtime } from './invoke/runtime.ts';
import { portsOf, type ServiceModule } from './invoke/service-module.ts';
import { WorkflowRunner } from './invoke/workflow.ts';
import type { Latchkey, LatchkeyOptions } from './latchkey.ts';
import { openState } from './open-state.ts';
import { Health } from './platform/health.ts';
import { uuid } from './platform/identifiers.ts';
import { consoleFiles } from './platform/node/console-files.ts';
import { eraseData } from './platform/node/data-directory.ts';
import { folderReader } from './platform/node/folder-texts.ts';
import {
  type AdjustableClock,
  machineClock,
  systemEntropy,
  systemTimers,
  systemTurns,
} from './platform/node/index.ts';
import type { RekeyableSealer } from './platform/node/sealer.ts';
import { runInThread } from './platform/node/thread.ts';
import { onceEach } from './platform/once-each.ts';
import type { Entropy, Timers, Turns } from './platform/ports.ts';
import type { TlsIdentity } from './platform/sockets.ts';
import autoscaling from './services/autoscaling/index.ts';
import cloudformation from './services/cloudformation/index.ts';
import { receiveSignal } from './services/cloudformation/stack/wait-handle.ts';
import { WAIT_PATH } from './services/cloudformation/wait-address.ts';
import cloudtrail from './services/cloudtrail/index.ts';
import cloudwatch from './services/cloudwatch/index.ts';
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
import type { HttpReply, HttpRequest } from './wire/http.ts';
import { refusalHints } from './wire/refusal-hints.ts';
import { RequestGate } from './wire/request-gate.ts';
import { refuse } from './wire/route.ts';
import { type RunningServer, startServer } from './wire/server.ts';

export const DEFAULT_ACCOUNT = '123456789012';
export const DEFAULT_REGION = 'us-east-1';

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
  cloudwatch,
] as const;

type Settings = LatchkeyOptions & Required<Pick<LatchkeyOptions, 'account' | 'region' | 'onDefect'>>;

export async function startLatchkey(options: LatchkeyOptions = {}): Promise<Latchkey> {
  const settings: Settings = {
    ...options,
    account: options.account ?? DEFAULT_ACCOUNT,
    region: options.region ?? DEFAULT_REGION,
    onDefect: options.onDefect ?? ((error) => console.error('latchkey: internal error:', error)),
  };
  const token = options.token ?? uuid(systemEntropy());
  const consoleDoor = new ConsoleDoor(machineClock, systemEntropy(), consoleFiles(options.consoleFolder));
  let world = await openWorld(settings, { token, consoleDoor, reset: () => reset() });
  const gate = new RequestGate((request) => world.handle(request), systemTimers);
  // What was opened is closed again, the last first, by `close` or where the start fails half-way.
  const undone: (() => unknown)[] = [() => world.close()];
  const closeAll = async () => {
    for (const undo of undone.splice(0).reverse()) await undo();
  };
  const reset = () =>
    gate.alone(async () => {
      const kept = { sealer: world.sealer, accounts: await world.accounts() };
      await world.close();
      if (options.data) eraseData(options.data);
      world = await openWorld(settings, { token, consoleDoor, reset, kept });
      await resume();
    });
  const resume = async () => {
    world.runtime.ports.address.url = url;
    await resumeServices(world.runtime);
  };
  let url = '';
  try {
    const tls = await tlsIdentity(settings);
    const server = await serve({ ...settings, tls }, world.runtime, (request) => gate.handle(request));
    undone.push(server.close);
    url = server.url;
    const { secure, takeBack } = announce(server, settings, { token, certificate: tls?.certificate });
    undone.push(takeBack);
    await resume();
    return {
      url,
      secure,
      token,
      get runtime() {
        return world.runtime;
      },
      followCalls: (onCalls) =>
        followCalls({ store: () => world.runtime.store, timers: systemTimers }, onCalls),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Everything that a reset replaces: what is behind the address at which clients find it. */
async function openWorld(
  settings: Settings,
  { kept, ...control }: Pick<Controlled, 'token' | 'reset' | 'consoleDoor'> & { kept?: KeptOverReset },
) {
  const health = new Health(settings.onHealth ?? ((sentence) => console.error(`latchkey: ${sentence}`)));
  const state = await openState({ ...settings, health, sealer: kept?.sealer });
  const { runtime, close } = composeRuntime({ ...state, timers: systemTimers, turns: systemTurns }, settings);
  try {
    if (kept) await state.store.transact(async (tx) => putAccounts(tx, kept.accounts));
    await settings.prepare?.(runtime);
    const handle = composeHandler(runtime, settings, { ...state, ...control });
    const accounts = () => state.store.read(allAccounts);
    return { runtime, handle, close, accounts, sealer: state.sealer };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What clients hold of a server, its accounts' root credentials, is good after a reset too. */
interface KeptOverReset {
  readonly sealer: RekeyableSealer;
  readonly accounts: readonly AccountRecord[];
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

/** Services upon their state, at work: what is due of what was left runs at once. */
export function composeRuntime(state: State, options: Omit<Settings, 'account' | 'region'>) {
  const { delays = 1, anyImage, templates, onDefect, onHint, refusal, keepsHistory } = options;
  const { sealer, blocks, ...standsOn } = state;
  const ports: Ports = {
    ...portsOf(SERVICES),
    sealer,
    blocks,
    instances: simulatedInstances(),
    delays: scaledDelays(delays),
    runApart: runInThread,
    address: {},
    standInImages: anyImage ? onceEach((sentence) => console.error(`latchkey: ${sentence}`)) : undefined,
    templates: templates === undefined ? undefined : folderReader(templates),
    hint: onHint && onceEach(onHint),
    reportFault: onDefect,
  };
  const registry = new Registry(SERVICES.flatMap(({ operations }) => operations));
  const workflows = new WorkflowRunner(
    (SERVICES as readonly ServiceModule[]).flatMap((service) => service.workflows ?? []),
  );
  const runtime = createRuntime({ ...standsOn, ports, registry, workflows, onDefect, refusal });
  workflows.start(runtime);
  const stopForgetting = keepsHistory ? undefined : keepHistoryBounded(standsOn, onDefect);
  const close = async () => {
    stopForgetting?.();
    await workflows.stop();
    await blocks.close();
    await state.store.close();
  };
  return { runtime, close };
}

/** What AWS described of real accounts, into the records of the services: those that others name first. */
export const adoptDescribed = (runtime: Runtime, adopted: Adopted): Promise<void> =>
  adoptInto(runtime, [...new Set<ServiceModule>([iam, organizations, ...SERVICES])], adopted);

/** Once requests are answered: volumes are attached again, and whatever else services left when the server ended. */
export async function resumeServices(runtime: Runtime): Promise<void> {
  for (const service of SERVICES as readonly ServiceModule[]) await service.resume?.(runtime);
}

interface Controlled extends Pick<State, 'clock' | 'sealer'> {
  readonly token: string;
  readonly reset?: () => Promise<void>;
  readonly consoleDoor: ConsoleDoor;
}

/** Answers AWS's clients, and on a path of their own the commands. */
export function composeHandler(
  runtime: Runtime,
  {
    auth,
    account,
    region,
    data,
    onDefect,
    onHint,
    questions: more,
  }: Pick<Settings, 'auth' | 'account' | 'region' | 'data' | 'onDefect' | 'onHint' | 'questions'>,
  controlled: Controlled,
): (request: HttpRequest) => Promise<HttpReply> {
  const { store, entropy, ports } = runtime;
  const { clock, sealer, token, consoleDoor } = controlled;
  const resealers = [
    resealAccounts,
    resealForwardSessions,
    resealCalls,
    resealReplies,
    ...(SERVICES as readonly ServiceModule[]).flatMap((service) => service.reseal ?? []),
  ];
  const { version } = pkg;
  const place = scopeOfBody({ account, region });
  const control = controlApi({
    token,
    questions: async () => ({
      ...(await loadQuestions({ runtime, resealers, account, region, data, version, ...controlled })),
      ...more?.(runtime, place),
    }),
    streams: activityStreams(runtime),
    health: runtime.health,
    store,
    version,
    consoleDoor,
    onDefect,
  });
  const { principals, credentials } = ports;
  const endpoint = createEndpoint({
    runtime,
    credential: credentialLookup({ store, sealer, principals, userKeys: credentials }),
    open: auth === 'open' ? openIdentity({ store, sealer, clock, entropy }, account) : undefined,
    onRefusal: onHint && refusalHints(onHint),
    signingClock: machineClock,
  });
  return async (request) => {
    const { method, path, body } = request;
    if (path.startsWith(CONTROL_PREFIX)) return control(request);
    if (!path.startsWith(WAIT_PATH)) return frontPage(request, version) ?? endpoint(request);
    return { status: await receiveSignal(runtime, method, path, body.toString()), headers: {}, body: '' };
  };
}

function serve(
  { host, hostnames, port = 0, tls, onDefect }: Omit<Settings, 'tls'> & { readonly tls?: TlsIdentity },
  { entropy, timers }: Runtime,
  handle: (request: HttpRequest) => Promise<HttpReply>,
): Promise<RunningServer> {
  return startServer({
    host,
    hostnames,
    port,
    tls,
    handle,
    refuse: (error, head) => refuse(error, head, uuid(entropy)),
    report: onDefect,
    timers,
  });
}
