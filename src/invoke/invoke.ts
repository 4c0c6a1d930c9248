/**
 * The front door: the one function through which anything happens to a resource. An HTTP request, EC2 asking KMS
 * and a workflow all end here; an external call has nothing more than bytes and a signature. The stages, in order:
 *
 *   find the operation - validate the input - resolve and list checks - authorize each - preconditions -
 *   calls on other services - effect - commit state, audit record, events and timers in one transaction
 *
 * Denials and errors commit an audit record too.
 */
import { AwsError } from '../aws/aws-error.ts';
import { diskProblem } from '../platform/disk.ts';
import { validate } from '../shapes/validate.ts';
import type { Transaction } from '../store/store.ts';
import { StoreFailure } from '../store/store-failure.ts';
import { type AuditedCall, appendAudit, type CloudTrailEvent, type Outcome } from './audit/audit.ts';
import { keepCall } from './audit/recorded-call.ts';
import { dispatchTrailEvents } from './audit/trail-event.ts';
import { authorize, listed, type Ruling, verdicts } from './authorize.ts';
import { accountOf } from './caller.ts';
import type { RequestContext, ResolveContext } from './context.ts';
import { callContext, executeContext } from './effects.ts';
import { encodeDenial } from './encoded-denial.ts';
import { findReply, keepReply } from './kept-replies.ts';
import type { Operation, ServiceDefinition } from './operation.ts';
import type { Invocation, Runtime } from './runtime.ts';
import { askedUnserved } from './unserved.ts';
import type { Checks } from './verdict.ts';

function requestContext(runtime: Runtime, invocation: Invocation): RequestContext {
  const { operation, caller, requestId, inCourseOf = requestId, atMs } = invocation;
  return {
    caller,
    account: accountOf(caller),
    region: operation.service.global ? 'us-east-1' : caller.region,
    requestId,
    inCourseOf,
    nowMs: atMs,
    entropy: runtime.entropy,
    turns: runtime.turns,
    ports: runtime.ports,
  };
}

/** Records a call that was refused before it came in, since nobody knows who calls. */
export async function recordRefused(
  runtime: Runtime,
  invocation: Invocation,
  error: AwsError,
): Promise<void> {
  const { operation, input } = invocation;
  const request = requestContext(runtime, invocation);
  await runtime.store.transactBeside(async (tx) => {
    const events = await appendAudit(tx, { request, operation, input, rulings: [], outcome: { error } });
    await dispatchTrailEvents(runtime, tx, request, events);
  });
}

/** The record of a call, and beside it the call as it was made, but for one that is rehearsed. */
async function recordCall(
  runtime: Runtime,
  tx: Transaction,
  invocation: Invocation,
  call: Pick<AuditedCall, 'request' | 'rulings' | 'outcome'>,
): Promise<void> {
  const { operation, input } = invocation;
  const keepBeside = runtime.watcher
    ? undefined
    : (event: CloudTrailEvent) => keepCall(tx, runtime.ports.sealer, event, invocation);
  const events = await appendAudit(tx, { ...call, operation, input, keepBeside });
  await dispatchTrailEvents(runtime, tx, call.request, events);
}

/** A runtime whose `invoke` is the front door. */
export function createRuntime(parts: Omit<Runtime, 'invoke'>): Runtime {
  const runtime: Runtime = { ...parts, invoke: (invocation) => invokeOnce(runtime, invocation) };
  return runtime;
}

/** A call that a workflow's step has made before it was cut off is answered as it was then. */
async function invokeOnce(runtime: Runtime, invocation: Invocation): Promise<object> {
  const refusal = runtime.refusal?.(invocation.operation);
  if (refusal) throw refusal;
  const { store, ports } = runtime;
  const { reply } = invocation;
  const kept = reply && (await store.read((tx) => findReply(tx, ports.sealer, reply)));
  return kept ?? invoke(runtime, invocation);
}

/** A rehearsal goes on where the state of a resource would not let the call. */
async function testState(
  { watcher }: Runtime,
  invocation: Invocation,
  test: () => Promise<void>,
): Promise<void> {
  try {
    await test();
  } catch (error) {
    if (!watcher?.passesOver(invocation, error)) throw error;
  }
}

/** The checks of a call; of a dry run that is answered first, where its input names nothing, its action on anything. */
async function listChecks(
  operation: Operation,
  context: ResolveContext,
  input: object,
  { invalid, isDryRunFirst }: { readonly invalid: AwsError | undefined; readonly isDryRunFirst: boolean },
): Promise<Checks> {
  try {
    if (invalid) throw invalid;
    const checks: Checks = (await operation.definition.checks?.(context, input)) ?? {};
    requireAnyCheck(operation, checks);
    return checks;
  } catch (error) {
    if (!isDryRunFirst || !(error instanceof AwsError)) throw error;
    const action = `${operation.service.id}:${operation.name}`;
    return { dryRun: { action, resource: '*', account: context.account, record: null } };
  }
}

function requireAnyCheck({ name, definition }: Operation, checks: Checks): void {
  if (!definition.exempt && listed(checks).length === 0) throw new Error(`${name} lists no check`);
}

/** Calls that only read leave nothing but their records, and are seldom in each other's way. */
function transact<T>(
  { store }: Runtime,
  { definition }: Operation,
  body: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return definition.readOnly ? store.transactBeside(body) : store.transact(body);
}

/** Whether a call is a dry run is no part of what it asks for: only a service whose dry runs do the work is told. */
function withoutDryRun({ operation: { service }, input }: Invocation): object {
  if (!service.dryRunPassed || service.dryRunWorks || !('DryRun' in input)) return input;
  const { DryRun: _isDryRun, ...asked } = input;
  return asked;
}

async function invoke(runtime: Runtime, invocation: Invocation): Promise<object> {
  const { operation, reply } = invocation;
  const { definition, service } = operation;
  const input = withoutDryRun(invocation);
  const request = requestContext(runtime, invocation);
  let rulings: readonly Ruling[] = [];
  const given: { readonly DryRun?: unknown } = invocation.input;
  const isDryRun = service.dryRunPassed !== undefined && given.DryRun === true;
  const isDryRunFirst = isDryRun && definition.dryRunFirst === true;
  const invalid = validate(operation.shape, given, service.inputRefused);

  /** Resolve, authorize and test preconditions against the state that `tx` sees. */
  const admit = async (tx: Transaction) => {
    const context = { ...request, tx };
    const checks = await listChecks(operation, context, input, { invalid, isDryRunFirst });
    rulings = await authorize(context, checks);
    const judged = runtime.watcher?.ruled(invocation, rulings) ?? rulings;
    requireAllowed(runtime, request, service, judged);
    if (isDryRunFirst) throw service.dryRunPassed?.();
    requireFound(judged);
    requireServed(operation, input);
    // EC2's dry run asks for permission alone (aws-facts F20), KMS's for all that would fail.
    if (isDryRun && !service.dryRunWorks) throw service.dryRunPassed?.();
    const allowed = verdicts(checks, judged);
    await testState(runtime, invocation, async () => definition.preconditions?.(context, input, allowed));
    // What is done outside the transaction could not be taken back.
    if (isDryRun && definition.calls) throw service.dryRunPassed?.();
    return allowed;
  };

  const audit = (tx: Transaction, outcome: Outcome) =>
    recordCall(runtime, tx, invocation, { request, rulings, outcome });

  let called: unknown;
  try {
    if (invalid && !isDryRunFirst) throw invalid;
    if (definition.calls) {
      const allowed = await runtime.store.transactBeside(admit);
      called = await definition.calls(callContext(runtime, request, service), input, allowed);
    }
    return await transact(runtime, operation, async (tx) => {
      const allowed = await admit(tx);
      const effect = executeContext(runtime, request, service, tx);
      const output = await definition.execute(effect, input, allowed, called);
      // The transaction is given up, and with it all that was done.
      if (isDryRun) throw service.dryRunPassed?.();
      await audit(tx, { output });
      if (reply) keepReply(tx, runtime.ports.sealer, reply, output);
      return output;
    });
  } catch (thrown) {
    const error = asAwsError(runtime, thrown);
    runtime.watcher?.failed(invocation, error);
    await runtime.store.transactBeside(async (tx) => audit(tx, { error }));
    throw error;
  } finally {
    if (called !== undefined) definition.wipe?.(called);
  }
}

/** Throws the first denial in the service's words. */
function requireAllowed(
  { ports }: Runtime,
  { caller, account }: RequestContext,
  service: ServiceDefinition,
  rulings: readonly Ruling[],
): void {
  for (const ruling of rulings) {
    const { check, decision } = ruling;
    if (decision.allowed) continue;
    const encodedMessage = () => encodeDenial(ports.sealer, caller, account, ruling);
    throw service.denied({ caller, check, decision, encodedMessage });
  }
}

/** Throws, for who may ask, what is missing. */
function requireFound(rulings: readonly Ruling[]): void {
  for (const { check } of rulings) if (check.missing) throw check.missing;
}

function requireServed({ service, definition }: Operation, input: object): void {
  const unserved = askedUnserved(input, definition.unserved ?? []);
  if (unserved) throw (service.unserved ?? notServed)(unserved);
}

const notServed = (member: string) =>
  new AwsError('NotImplemented', `Latchkey does not serve ${member}.`, 501);

/** Throws where the store has failed: nothing was changed, and there is nowhere to record it. */
function asAwsError(runtime: Runtime, thrown: unknown): AwsError {
  if (thrown instanceof AwsError) return thrown;
  if (thrown instanceof StoreFailure) throw thrown;
  const sentence = diskProblem(thrown);
  if (sentence !== undefined) {
    runtime.health.begins('disk', { sentence, refusesCalls: false });
    return new AwsError('ServiceUnavailable', `The request has failed: ${sentence}.`, 503);
  }
  runtime.onDefect(thrown);
  return new AwsError(
    'InternalFailure',
    'The request processing has failed because of an unknown error.',
    500,
  );
}
