/**
 * The front door: the one function through which anything happens to a resource. An HTTP request, EC2 asking KMS
 * and a workflow all end here; an external call has nothing more than bytes and a signature. The stages, in order:
 *
 *   find the operation - validate the input - resolve and list checks - authorize each - preconditions - dry run -
 *   calls on other services - effect - commit state, audit record, events and timers in one transaction
 *
 * Denials and errors commit an audit record too.
 */
import { AwsError } from '../aws/aws-error.ts';
import type { Clock, Entropy, Timers } from '../platform/ports.ts';
import { validate } from '../shapes/validate.ts';
import type { Store, Transaction } from '../store/store.ts';
import { appendAudit, type Outcome } from './audit/audit.ts';
import { tellTrailEvents } from './audit/trail-event.ts';
import { authorize, type Ruling, verdicts } from './authorize.ts';
import { accountOf, type Caller } from './caller.ts';
import type { RequestContext } from './context.ts';
import { callContext, executeContext } from './effects.ts';
import { encodeDenial } from './encoded-denial.ts';
import type { Operation } from './operation.ts';
import type { Ports } from './ports/ports.ts';
import type { Registry } from './registry.ts';
import type { Checks } from './verdict.ts';
import type { WorkflowRunner } from './workflow.ts';

/** Everything the front door stands on. One per server. */
export interface House {
  readonly store: Store;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly entropy: Entropy;
  readonly ports: Ports;
  readonly registry: Registry;
  readonly workflows: WorkflowRunner;
  /** Hears of errors that are ours, not the caller's. What a client sees of one is `InternalFailure`. */
  onDefect(error: unknown): void;
}

export interface Invocation {
  readonly caller: Caller;
  readonly operation: Operation;
  readonly input: object;
  readonly requestId: string;
  /** TLS and network facts of an external call are in its caller; the time it came is here. */
  readonly atMs: number;
}

function requestContext(house: House, invocation: Invocation): RequestContext {
  const { operation, caller, requestId, atMs } = invocation;
  return {
    caller,
    account: accountOf(caller),
    region: operation.service.global ? 'us-east-1' : caller.region,
    requestId,
    nowMs: atMs,
    entropy: house.entropy,
    ports: house.ports,
  };
}

/** Records a call that was refused before it came in, as it could not be told who calls. */
export async function recordRefused(house: House, invocation: Invocation, error: AwsError): Promise<void> {
  const { operation, input } = invocation;
  const request = requestContext(house, invocation);
  await house.store.transact(async (tx) => {
    const told = await appendAudit(tx, { request, operation, input, rulings: [], outcome: { error } });
    await tellTrailEvents(house, tx, request, told);
  });
}

export async function invoke(house: House, invocation: Invocation): Promise<object> {
  const { operation, caller, input } = invocation;
  const { definition, service } = operation;
  const request = requestContext(house, invocation);
  const rulings: Ruling[] = [];

  /** Resolve, authorize and test preconditions against the state that `tx` sees. */
  const admit = async (tx: Transaction) => {
    const context = { ...request, tx };
    const checks: Checks = (await definition.checks?.(context, input)) ?? {};
    const isEmpty = Object.values(checks).flat().length === 0;
    if (isEmpty && !definition.exempt) throw new Error(`${operation.name} lists no check`);
    rulings.splice(0, rulings.length, ...(await authorize(context, checks)));
    for (const ruling of rulings) {
      const { check, decision } = ruling;
      if (decision.allowed) continue;
      throw service.denied({
        caller,
        check,
        decision,
        encodedMessage: () => encodeDenial(house.ports.sealer, caller, request.account, ruling),
      });
    }
    for (const { check } of rulings) if (check.missing) throw check.missing;
    const allowed = verdicts(checks, rulings);
    await definition.preconditions?.(context, input, allowed);
    if (service.dryRunPassed && 'DryRun' in input && input.DryRun === true) throw service.dryRunPassed();
    return allowed;
  };

  const audit = async (tx: Transaction, outcome: Outcome) => {
    const told = await appendAudit(tx, { request, operation, input, rulings, outcome });
    await tellTrailEvents(house, tx, request, told);
  };

  try {
    const invalid = validate(operation.shape, input, service.inputRefused);
    if (invalid) throw invalid;
    let called: unknown;
    if (definition.calls) {
      const allowed = await house.store.transact(admit);
      called = await definition.calls(callContext(house, request, service), input, allowed);
    }
    return await house.store.transact(async (tx) => {
      const allowed = await admit(tx);
      const output = await definition.execute(
        executeContext(house, request, service, tx),
        input,
        allowed,
        called,
      );
      await audit(tx, { output });
      return output;
    });
  } catch (thrown) {
    const error = asAwsError(house, thrown);
    await house.store.transact(async (tx) => audit(tx, { error }));
    throw error;
  }
}

function asAwsError(house: House, thrown: unknown): AwsError {
  if (thrown instanceof AwsError) return thrown;
  house.onDefect(thrown);
  return new AwsError(
    'InternalFailure',
    'The request processing has failed because of an unknown error.',
    500,
  );
}
