/**
 * Composes a world out of a snapshot of real accounts: each service adopts what AWS described of its nouns, and the recorded
 * events become the audit log. What is asked of it is answered by the same code as on a running server.
 */
import { adoptDescribed, composeRuntime } from './assemble.ts';
import { AwsError } from './aws/aws-error.ts';
import type { Scope } from './aws/scope.ts';
import { type Body, type Questions, type ScopeOf, scopeOfBody } from './control/control-api.ts';
import { explanations } from './control/explanations.ts';
import { recordedQuestions } from './control/recorded-questions.ts';
import { adoptEvents } from './explain/recorded/adopt-events.ts';
import { coverageOf } from './explain/recorded/coverage.ts';
import { rebuiltAnswers, withRebuilt } from './explain/recorded/rebuilt/rebuilt-account.ts';
import type { RebuiltAnswer } from './explain/recorded/rebuilt/rebuilt-answer.ts';
import { seenInEvents } from './explain/recorded/seen-in-events.ts';
import { loadSnapshot, type Snapshot } from './import/snapshot/store.ts';
import type { Call, CallOptions } from './invoke/context.ts';
import type { Adoption, Described } from './invoke/imported/described.ts';
import { isImportedWorld } from './invoke/imported/imported-world.ts';
import type { Operation } from './invoke/operation.ts';
import type { Runtime } from './invoke/runtime.ts';
import type { LatchkeyOptions } from './latchkey.ts';
import { Health } from './platform/health.ts';
import { inSmallHeap } from './platform/node/heap.ts';
import {
  holdProcess,
  machineClock,
  steadyClock,
  systemEntropy,
  systemTimers,
  systemTurns,
} from './platform/node/index.ts';
import { openEphemeralSealer } from './platform/node/sealer.ts';
import { idleBlocks } from './rehearsal/idle-hosts.ts';
import { readAsRoot } from './rehearsal/reading.ts';
import { settleStacks } from './services/cloudformation/index.ts';
import { attachedVolumes, forkVolumes, noteFailures } from './services/ec2/index.ts';
import { forkedDataKey } from './services/kms/index.ts';
import { openMemoryStore } from './store/memory/memory-store.ts';

export interface ImportedWorld {
  readonly runtime: Runtime;
  readonly questions: Questions;
  /** Where a question is about that does not say: the account and Region of which most was read. */
  readonly account: string;
  readonly region: string;
  close(): Promise<void>;
}

/** For questions alone: nothing is served, and nothing changes. */
export const openImportedWorld = (folder: string): Promise<ImportedWorld> =>
  openSnapshot(loadSnapshot(folder));

export async function openSnapshot(snapshot: Snapshot): Promise<ImportedWorld> {
  const entropy = systemEntropy();
  const state = {
    store: openMemoryStore(),
    clock: steadyClock(0),
    timers: systemTimers,
    turns: systemTurns,
    entropy,
    sealer: openEphemeralSealer({ entropy }),
    blocks: idleBlocks,
    health: new Health(() => undefined),
  };
  const { runtime, close } = composeRuntime(state, {
    onDefect: (error) => console.error('latchkey: internal error:', error),
    keepsHistory: true,
  });
  // What is rehearsed here needs keys that open: these have material of their own, and nothing of it lasts.
  const rebuilt = rebuiltOf(snapshot);
  await adoptSnapshot(runtime, snapshot, rebuilt, 'symmetric');
  await giveBlocks(runtime);
  const { account = '000000000000', region = 'us-east-1' } = firstPlace(snapshot);
  const scopeOf = scopeOfBody({ account, region });
  const recorded = recordedQuestions(runtime, recordedFacts(snapshot, rebuilt), scopeOf);
  const questions = { ...explanations(runtime, scopeOf), ...recorded };
  return { runtime, questions: holdingProcess(questions), account, region, close };
}

/** What waits for timers alone would not be answered. */
const holdingProcess = (questions: Questions) =>
  Object.fromEntries(
    Object.entries(questions).map(([name, question]) => [
      name,
      async (body: Body) => {
        const held = holdProcess();
        try {
          return await question(body);
        } finally {
          held.release();
        }
      },
    ]),
  );

/** Into an empty store: every account of the snapshot, and what its trails recorded. */
async function adoptSnapshot(
  runtime: Runtime,
  { reads, history }: Snapshot,
  rebuilt: readonly RebuiltAnswer[],
  material: Adoption['material'],
): Promise<void> {
  const { ports, registry } = runtime;
  const nowMs = machineClock.nowMs();
  const described = withRebuilt(describedBy({ reads, history }), rebuilt);
  const recorded = history.events.flatMap(({ resources }) =>
    (resources ?? []).flatMap(({ ARN, arn }) => ARN ?? arn ?? []),
  );
  await adoptDescribed(runtime, { described, nowMs, material, recorded });
  await runtime.store.transact(async (tx) => {
    const volumesOf = await attachedVolumes(tx);
    const world = { tx, ports, registry, sealer: ports.sealer };
    await noteFailures(tx, await adoptEvents(world, history.events, volumesOf));
  });
}

type Known = Pick<Snapshot, 'reads' | 'history'>;

/** Places of which there are records alone are there as well: nothing is known of what is in them. */
function placesOf({ reads, history }: Known) {
  // A record may leave out whose it is.
  const recorded = history.coverage.filter(({ account, region }) => isAccountId(account) && region !== '');
  return {
    accounts: [...new Set([...reads.accounts(), ...recorded.map(({ account }) => account)])],
    regions: [...new Set([...reads.regions(), ...recorded.map(({ region }) => region)])],
  };
}

const isAccountId = (text: string): boolean => /^\d{12}$/.test(text);

function describedBy(known: Known): Described {
  const { accounts, regions } = placesOf(known);
  const { reads } = known;
  return {
    accounts: () => accounts,
    regions: () => regions,
    of: (operation, scope) => reads.of(operation, scope),
    get: (operation, scope, input) => reads.get(operation, scope, input),
  };
}

/** Where most was read, before what is recorded. */
function firstPlace(known: Known): Partial<Scope> {
  const main = known.reads.mainPlace();
  if (main) return main;
  const { accounts, regions } = placesOf(known);
  return { account: accounts[0], region: regions[0] };
}

/** What the questions need of a snapshot once it is adopted: what was read is then held twice, and let go. */
const recordedFacts = ({ reads, history }: Snapshot, rebuilt: readonly RebuiltAnswer[]) => ({
  history,
  coverage: { ...coverageOf(reads, history), seen: seenInEvents(rebuilt, describedBy({ reads, history })) },
});

const rebuiltOf = ({ reads, history }: Snapshot): RebuiltAnswer[] =>
  rebuiltAnswers(describedBy({ reads, history }), history);

/** How a server is started upon a snapshot: shown as it is, or as a fork that goes on here. */
export function servingOptions(folder: string, isFork: boolean): Partial<LatchkeyOptions> {
  const snapshot = loadSnapshot(folder);
  return {
    ...firstPlace(snapshot),
    async prepare(runtime) {
      const { store } = runtime;
      // A fork that was kept goes on where it was.
      if (await store.read(isImportedWorld)) return;
      // Where it is only shown, this is to rehearse with: no call reaches it.
      await inSmallHeap(() =>
        adoptSnapshot(runtime, snapshot, rebuiltOf(snapshot), isFork ? 'all' : 'symmetric'),
      );
      await giveBlocks(runtime);
      if (isFork) await settleStacks(runtime, (stack) => readingAsRoot(runtime, stack));
    },
    ...(!isFork && {
      keepsHistory: true,
      refusal: (operation: Operation) => refusalOf(operation, snapshot),
      questions: (runtime: Runtime, scopeOf: ScopeOf) =>
        recordedQuestions(runtime, recordedFacts(snapshot, rebuiltOf(snapshot)), scopeOf),
    }),
  };
}

/** What services ask of one another, with nothing denied and nothing recorded. */
function readingAsRoot(runtime: Runtime, { account, region }: Scope): Call {
  return ((service: string, name: string, input: object, options: CallOptions = {}) => {
    const operation = runtime.registry.operation(service, name);
    if (!operation) throw new Error(`${service}:${name} is not served`);
    return readAsRoot(runtime, { account, region: options.region ?? region }, operation, input);
  }) as Call;
}

/** Operations that need what AWS never gives out. */
const NEEDS_MATERIAL =
  /^kms:(?:Encrypt|Decrypt|ReEncrypt|GenerateDataKey\w*|GenerateMac|VerifyMac|Sign|Verify|DeriveSharedSecret|GetPublicKey|GetParametersForImport)$/;
const NEEDS_BLOCKS = /^ebs:/;

function refusalOf({ name, service, definition }: Operation, { folder }: Snapshot): AwsError | undefined {
  const called = `${service.eventSource.split('.', 1)[0]}:${name}`;
  const instead = `Run a fork of it: latchkey start --from ${folder} --fork`;
  if (NEEDS_MATERIAL.test(called)) {
    return refused(
      `${called} needs the key's material, which AWS never gives out, so that it is not in a snapshot. ${instead}`,
    );
  }
  if (NEEDS_BLOCKS.test(called))
    return refused(`${called} needs the blocks of volumes, which are not in a snapshot. ${instead}`);
  if (definition.readOnly || called.startsWith('sts:')) return undefined;
  return refused(
    `${called} would change the account, and this is a snapshot of it that is only shown. ${instead}`,
  );
}

const refused = (message: string) => new AwsError('SnapshotIsReadOnly', message, 403);

/** Volumes of a fork are blank, and encrypted under the keys' new material. */
async function giveBlocks({ store, ports, entropy }: Runtime): Promise<void> {
  await store.transact((tx) =>
    forkVolumes(tx, ports, (keyArn, contextId) => forkedDataKey({ tx, ports, entropy }, keyArn, contextId)),
  );
}
