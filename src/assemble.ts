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
import type { Ports } from './invoke/port.ts';
import type { Delays } from './invoke/ports/ports.ts';
import { Registry } from './invoke/registry.ts';
import type { Runtime } from './invoke/runtime.ts';
import { WorkflowRunner } from './invoke/workflow.ts';
import { uuid } from './platform/identifiers.ts';
import { systemClock, systemEntropy, systemTimers } from './platform/node/index.ts';
import { announceServer } from './platform/node/running-server.ts';
import { openEphemeralSealer, openSealer, SealError } from './platform/node/sealer.ts';
import * as autoscaling from './services/autoscaling/index.ts';
import * as cloudformation from './services/cloudformation/index.ts';
import * as cloudtrail from './services/cloudtrail/index.ts';
import * as ebs from './services/ebs/index.ts';
import * as ec2 from './services/ec2/index.ts';
import * as events from './services/events/index.ts';
import * as iam from './services/iam/index.ts';
import * as kms from './services/kms/index.ts';
import * as logs from './services/logs/index.ts';
import * as organizations from './services/organizations/index.ts';
import * as sts from './services/sts/index.ts';
import { openMemoryStore } from './store/memory/memory-store.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import { createEndpoint } from './wire/endpoint.ts';
import { refuse } from './wire/route.ts';
import { startServer } from './wire/server.ts';

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
  /** Hears of errors that are ours. Default: standard error. */
  readonly onDefect?: (error: unknown) => void;
}

export interface Latchkey {
  readonly url: string;
  /** For the control door. */
  readonly token: string;
  readonly runtime: Runtime;
  close(): Promise<void>;
}

export async function startLatchkey(options: LatchkeyOptions = {}): Promise<Latchkey> {
  const { data, account = DEFAULT_ACCOUNT, region = DEFAULT_REGION } = options;
  const onDefect = options.onDefect ?? ((error) => console.error('latchkey: internal error:', error));
  if (data) mkdirSync(data, { recursive: true, mode: 0o700 });

  const entropy = systemEntropy();
  const store = data ? openSqliteStore({ file: join(data, 'latchkey.db') }) : openMemoryStore();
  const clock = systemClock(await storedClockOffset(store));
  const sealer = data
    ? openSealer({ directory: data, entropy, passphrase: options.passphrase })
    : openEphemeralSealer({ entropy });
  const blocks = await createBlockHost({ directory: data && join(data, 'volumes'), entropy });
  const ports: Ports = {
    policies: iam.identityPolicySource,
    guardrails: organizations.guardrailSource,
    principals: iam.principalDirectory,
    mfa: iam.mfaSource,
    founding: iam.accountFounding,
    sealer,
    blocks,
    instances: simulatedInstances(),
    snapshots: ec2.directSnapshots,
    delays: scaledDelays(options.delays ?? 1),
    roleUses: [autoscaling.roleUses],
    audience: events.audience,
    reportFault: onDefect,
  };
  const services = [
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
  ];
  const registry = new Registry(services.flatMap(({ operations }) => operations));
  const workflows = new WorkflowRunner([
    ...iam.workflows,
    ...organizations.workflows,
    ...kms.workflows,
    ...ec2.workflows,
    ...ebs.workflows,
    ...cloudformation.workflows,
    ...autoscaling.workflows,
    ...events.workflows,
    ...logs.workflows,
  ]);
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

  await store.transact((tx) => ensureAccount(tx, { entropy, sealer, nowMs: clock.nowMs() }, account));
  // A root key that was lost or replaced shows here, rather than at the first call that needs it.
  await store
    .read((tx) => rootCredentials(tx, sealer, { accountId: account }))
    .catch((error) => {
      if (!(error instanceof SealError)) throw error;
      throw new Error(`what is kept in ${data} cannot be opened with its root.key: ${error.message}`);
    });
  workflows.start(runtime);

  const resealers = [
    resealAccounts,
    resealForwardSessions,
    iam.resealSecrets,
    kms.resealKeys,
    cloudformation.resealStacks,
  ];
  const token = uuid(entropy);
  const control = controlApi(
    token,
    questions({ runtime, clock, sealer, resealers, account, region }),
    onDefect,
  );
  const endpoint = createEndpoint({
    runtime,
    credential: credentialLookup({
      store,
      sealer,
      principals: ports.principals,
      userCredentials: iam.findCredential,
      tables: ['accounts', 'iam.access-keys', 'iam.users', 'iam.roles'],
    }),
    open: options.auth === 'open' ? openIdentity({ store, sealer, clock, entropy }, account) : undefined,
    signingClock: systemClock(),
  });
  const closeRuntime = async () => {
    await workflows.stop();
    await blocks.close();
    await store.close();
  };
  const server = await startServer({
    host: options.host,
    port: options.port ?? 0,
    handle: (request) => (request.path.startsWith(CONTROL_PREFIX) ? control(request) : endpoint(request)),
    refuse: (error, head) => refuse(error, head, uuid(entropy)),
    report: onDefect,
    timers: systemTimers,
  }).catch(async (error) => {
    await closeRuntime();
    throw error;
  });
  const withdraw = announceServer({ url: server.url, token, pid: process.pid });
  await ec2.reattachVolumes(runtime);

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

function scaledDelays(factor: number): Delays {
  return { scaled: (awsMs) => awsMs * factor, grantPropagationMs: 0 };
}
