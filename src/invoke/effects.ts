/** The contexts that operations and workflow steps work in: what they may change, and how they speak to other services. */
import { formatAccessKeyId } from '../aws/access-key-id.ts';
import { AwsError } from '../aws/aws-error.ts';
import { uuid } from '../platform/identifiers.ts';
import { Pace } from '../platform/next-turn.ts';
import type { ReadTransaction, Transaction } from '../store/store.ts';
import { appendEvent } from './audit/event-outbox.ts';
import {
  type Caller,
  type ForwardedCaller,
  mintForwardedCaller,
  mintInfrastructureCaller,
  mintServiceCaller,
  mintServiceRoleCaller,
} from './caller.ts';
import type {
  Call,
  CallContext,
  CallOptions,
  EffectContext,
  ExecuteContext,
  RequestContext,
  RoleToAssume,
  ServiceToBe,
  WorkContext,
  WorkflowContext,
} from './context.ts';
import { endForwardSession, keepForwardSession, openForwardSession } from './identity/forward-session.ts';
import { roleSession } from './identity/role-sessions.ts';
import { callNames } from './kept-replies.ts';
import type { ServiceDefinition } from './operation.ts';
import type { Runtime } from './runtime.ts';

export function effectContext(runtime: Runtime, work: WorkContext, tx: Transaction): EffectContext {
  return {
    ...work,
    tx,
    emit(event) {
      runtime.workflows.dispatch(tx, work, event, appendEvent(tx, work, event));
    },
    schedule: (ref, payload, { delayMs = 0, scope = work } = {}) =>
      runtime.workflows.schedule(tx, ref, payload, {
        dueAtMs: runtime.clock.nowMs() + delayMs,
        account: scope.account,
        region: scope.region,
        requestId: work.requestId,
        inCourseOf: work.inCourseOf,
      }),
    endForwardSession: (sessionId) => endForwardSession(tx, sessionId),
  };
}

export function executeContext(
  runtime: Runtime,
  request: RequestContext,
  service: ServiceDefinition,
  tx: Transaction,
): ExecuteContext {
  const { caller } = request;
  return {
    ...effectContext(runtime, request, tx),
    caller,
    keepForwardSession() {
      requireOutlasting(service);
      return keepForwardSession(tx, request, service.id, caller);
    },
  };
}

export function callContext(
  runtime: Runtime,
  request: RequestContext,
  service: ServiceDefinition,
): CallContext {
  const { caller } = request;
  const call = forwarded({ runtime, work: request }, service, caller);
  return { ...workflowContext(runtime, request, service), caller, call };
}

export function workflowContext(
  runtime: Runtime,
  work: WorkContext,
  service: ServiceDefinition,
  step?: { readonly stepId: string; readonly attempts: number },
): WorkflowContext {
  const { account, region } = work;
  const speaking = { runtime, work, nameCall: step && callNames(step.stepId) };
  return {
    account,
    region,
    requestId: work.requestId,
    inCourseOf: work.inCourseOf,
    nowMs: work.nowMs,
    entropy: work.entropy,
    turns: work.turns,
    ports: work.ports,
    attempts: step?.attempts ?? 0,
    asInfrastructure(instanceId) {
      if (service.id !== 'ec2') throw new Error('only EC2 has infrastructure sessions');
      return {
        call: callAs(speaking, (to) =>
          mintInfrastructureCaller({
            account,
            region: to,
            instanceId,
            accessKeyId: formatAccessKeyId('ASIA', account, runtime.entropy.bytes(5)),
            atMs: runtime.clock.nowMs(),
          }),
        ),
      };
    },
    asService: (from) => ({ call: asService(speaking, from) }),
    asRole: async (role) => ({ call: await asRole(speaking, role) }),
    async asForwarded(sessionId) {
      requireOutlasting(service);
      const open = (tx: ReadTransaction) => openForwardSession(tx, work, service.id, sessionId);
      const identity = await runtime.store.read(open);
      return { call: forwarded(speaking, service, { identity }) };
    },
    async foresee(asked) {
      if (!runtime.watcher) return;
      await asked().catch((error: unknown) => {
        // Whoever watches has seen it.
        if (!(error instanceof AwsError)) throw error;
      });
    },
    read: (body) => runtime.store.read(body),
    transact: (body) => runtime.store.transact((tx) => body(effectContext(runtime, work, tx))),
  };
}

/** Whose calls they are, and for which work. */
interface Speaking {
  readonly runtime: Runtime;
  readonly work: WorkContext;
  /** Names the calls of a workflow's step, whose replies are kept until it is done. */
  readonly nameCall?: ReturnType<typeof callNames>;
}

function asService(speaking: Speaking, service: ServiceToBe): Call {
  const { principal, invokedBy, sourceArn, account = speaking.work.account } = service;
  return callAs(speaking, (region) =>
    mintServiceCaller({ service: principal, account, region, invokedBy, sourceArn }),
  );
}

async function asRole(speaking: Speaking, role: RoleToAssume): Promise<Call> {
  const { service } = role;
  const { runtime, work } = speaking;
  // Its session is kept for other work too: it is no reply of this step's.
  const assume = asService({ runtime, work }, { principal: service, invokedBy: service });
  const identity = await roleSession(runtime, assume, role);
  return callAs(speaking, (region) => mintServiceRoleCaller(identity, region, service));
}

/** A forward access session: the caller's own identity and session, seen to come through the service. */
function forwarded(
  speaking: Speaking,
  service: ServiceDefinition,
  from: Caller | Pick<ForwardedCaller, 'identity'>,
): Call {
  const { forwards } = service;
  const { runtime, work } = speaking;
  return callAs(speaking, (region, { invokedBy }) => {
    if (!forwards) throw new Error(`${service.id} forwards no calls`);
    if (!('identity' in from)) throw new Error('a service principal has no identity to forward');
    const before = 'calledVia' in from ? from.calledVia : [];
    return mintForwardedCaller(from.identity, {
      region,
      invokedBy: invokedBy ?? forwards.invokedBy,
      viaService: forwards.viaService?.(region),
      calledVia: forwards.calledVia ? [...before, forwards.calledVia] : before,
      vpcEndpoint: forwards.vpcEndpoint,
      // What a service does within its request carries that request's id; what it does afterwards has its own.
      requestId: 'kind' in from ? work.requestId : uuid(runtime.entropy),
    });
  });
}

/** Calls for a user carry the user's request id; a service's own work has its own (aws-facts B1.5, B2). */
function requestIdOf(
  runtime: Runtime,
  work: WorkContext,
  from: Caller,
  { sameRequest }: CallOptions,
): string {
  if (from.kind === 'forwarded') return from.requestId;
  return sameRequest ? work.requestId : uuid(runtime.entropy);
}

function requireOutlasting({ forwards, id }: ServiceDefinition): void {
  if (!forwards?.outlivesRequest) throw new Error(`${id} may not go on for its caller`);
}

/** Some milliseconds of work. */
const CALLS_PER_TURN = 25;

function callAs(
  { runtime, work, nameCall }: Speaking,
  mint: (region: string, options: CallOptions) => Caller,
): Call {
  const pace = new Pace(runtime.turns, CALLS_PER_TURN);
  return (async (service: string, name: string, input: object, options: CallOptions = {}) => {
    // In memory nothing is waited for: who calls again and again lets others have their turn all the same.
    await pace.next();
    const operation = runtime.registry.operation(service, name);
    if (!operation) {
      throw new AwsError('NotImplemented', `Latchkey does not serve ${service}:${name} yet.`, 501);
    }
    const from = mint(options.region ?? work.region, options);
    return runtime.invoke({
      caller: from,
      operation,
      input,
      requestId: requestIdOf(runtime, work, from, options),
      inCourseOf: work.inCourseOf,
      atMs: runtime.clock.nowMs(),
      reply: operation.definition.readOnly ? undefined : nameCall?.(`${service}:${name}`, input),
    });
  }) as Call;
}
