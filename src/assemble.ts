/** The composition root: the only file that knows everybody. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { credentialLookup, openIdentity } from './authn/credentials.ts';
import { simulatedInstances } from './compute/simulated-instances.ts';
import { storedClockOffset } from './control/clock-offset.ts';
import { CONTROL_PREFIX, controlApi } from './control/control-api.ts';
import { questions } from './control/questions.ts';
import { createBlockHost } from './dataplane/create-block-host.ts';
import { ensureAccount, resealAccounts, rootCredentials } from './invoke/identity/account.ts';
import { resealForwardSessions } from './invoke/identity/forward-session.ts';
import { createRuntime } from './invoke/invoke.ts';
import { resealReplies } from './invoke/kept-replies.ts';
import type { Ports } from './invoke/port.ts';
import type { Delays } from './invoke/ports/ports.ts';
import { Registry } from './invoke/registry.ts';
import type { Runtime } from './invoke/runtime.ts';
import { portsOf, type ServiceModule } from './invoke/service-module.ts';
import { WorkflowRunner } from './invoke/workflow.ts';
import { uuid } from './platform/identifiers.ts';
import { type AdjustableClock, systemClock, systemEntropy, systemTimers } from './platform/node/index.ts';
import { announceServer } from './platform/node/running-server.ts';
import { openEphemeralSealer, openSealer, type RekeyableSealer, SealError } from './platform/node/sealer.ts';
import autoscaling from './services/autoscaling/index.ts';
import cloudformation from './services/cloudformation/index.ts';
import cloudtrail from './services/cloudtrail/index.ts';
import ebs from './services/ebs/index.ts';
import ec2 from './services/ec2/index.ts';
import events from './services/events/index.ts';
import iam from './services/iam/index.ts';
import kms from './services/kms/index.ts';
import logs from './services/logs/index.ts';
import organizations from './services/organizations/index.ts';
import sts from './services/sts/index.ts';
import { openMemoryStore } from './store/memory/memory-store.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import type { Store } from './store/store.ts';
import { createEndpoint } from './wire/endpoint.ts';
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
  readonly auth?: 'strict' | 'open';
  readonly account?: string;
  readonly region?: string;
  /** Scales the time that simulated work takes. */
  readonly delays?: number;
  /** Seals keys under a passphrase instead of a root key file. */
  readonly passphrase?: string;
  /** Receives errors that are ours. Default: standard error. */
  readonly onDefect?: (error: unknown) => void;
}

export interface Latchkey {
  readonly url: string;
  /** For the control door. */
  readonly token: string;
  readonly runtime: Runtime;
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
] as const;

type Settings = LatchkeyOptions & Required<Pick<LatchkeyOptions, 'account' | 'region' | 'onDefect'>>;

export async function startLatchkey(options: LatchkeyOptions = {}): Promise<Latchkey> {
  const settings: Settings = {
    ...options,
    account: options.account ?? DEFAULT_ACCOUNT,
    region: options.region ?? DEFAULT_REGION,
    onDefect: options.onDefect ?? ((error) => console.error('latchkey: internal error:', error)),
  };
  const { store, clock, sealer, entropy, blocks } = await openState(settings);
  const ports: Ports = {
    ...portsOf(SERVICES),
    sealer,
    blocks,
    instances: simulatedInstances(),
    delays: scaledDelays(options.delays ?? 1),
    reportFault: settings.onDefect,
  };
  await openAccount(store, { entropy, sealer, nowMs: clock.nowMs() }, settings);

  const registry = new Registry(SERVICES.flatMap(({ operations }) => operations));
  const workflows = new WorkflowRunner(
    (SERVICES as readonly ServiceModule[]).flatMap((service) => service.workflows ?? []),
  );
  const { onDefect } = settings;
  const runtime = createRuntime({
    store,
    clock,
    timers: systemTimers,
    entropy,
    ports,
    registry,
    workflows,
    onDefect,
  });
  workflows.start(runtime);
  const closeRuntime = async () => {
    await workflows.stop();
    await blocks.close();
    await store.close();
  };

  const token = uuid(entropy);
  const server = await serve(runtime, settings, { clock, sealer, token }).catch(async (error) => {
    await closeRuntime();
    throw error;
  });
  const withdraw = announceServer({ url: server.url, token, pid: process.pid });
  for (const service of SERVICES as readonly ServiceModule[]) await service.resume?.(runtime);
  return {
    url: server.url,
    token,
    runtime,
    async close() {
      withdraw();
      await server.close();
      await closeRuntime();
    },
  };
}

/** What outlives the process, and what it is opened with. */
async function openState({ data, passphrase }: Settings) {
  if (data) mkdirSync(data, { recursive: true, mode: 0o700 });
  const entropy = systemEntropy();
  const store = data ? openSqliteStore({ file: join(data, 'latchkey.db') }) : openMemoryStore();
  const clock = systemClock(await storedClockOffset(store));
  const sealer = data
    ? openSealer({ directory: data, entropy, passphrase })
    : openEphemeralSealer({ entropy });
  const blocks = await createBlockHost({ directory: data && join(data, 'volumes'), entropy });
  return { store, clock, sealer, entropy, blocks };
}

/** Makes the default account where it is new. A root key that was lost or replaced shows here, not at the first call. */
async function openAccount(
  store: Store,
  world: Parameters<typeof ensureAccount>[1],
  { account, data }: Settings,
): Promise<void> {
  await store.transact((tx) => ensureAccount(tx, world, account));
  await store
    .read((tx) => rootCredentials(tx, world.sealer, { accountId: account }))
    .catch((error) => {
      if (!(error instanceof SealError)) throw error;
      throw new Error(`what is kept in ${data} cannot be opened with its root.key: ${error.message}`);
    });
}

/** Answers AWS's clients, and on a path of their own the commands. */
function serve(
  runtime: Runtime,
  { host, port = 0, auth, account, region, onDefect }: Settings,
  { clock, sealer, token }: { clock: AdjustableClock; sealer: RekeyableSealer; token: string },
): Promise<RunningServer> {
  const { store, entropy, timers, ports } = runtime;
  const resealers = [
    resealAccounts,
    resealForwardSessions,
    resealReplies,
    ...(SERVICES as readonly ServiceModule[]).flatMap((service) => service.reseal ?? []),
  ];
  const control = controlApi(
    token,
    questions({ runtime, clock, sealer, resealers, account, region }),
    onDefect,
  );
  const { principals, credentials } = ports;
  const endpoint = createEndpoint({
    runtime,
    credential: credentialLookup({ store, sealer, principals, userKeys: credentials }),
    open: auth === 'open' ? openIdentity({ store, sealer, clock, entropy }, account) : undefined,
    signingClock: systemClock(),
  });
  return startServer({
    host,
    port,
    handle: (request) => (request.path.startsWith(CONTROL_PREFIX) ? control(request) : endpoint(request)),
    refuse: (error, head) => refuse(error, head, uuid(entropy)),
    report: onDefect,
    timers,
  });
}

function scaledDelays(factor: number): Delays {
  return { scaled: (awsMs) => awsMs * factor, grantPropagationMs: 0 };
}
