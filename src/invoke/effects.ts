/** The contexts that operations and workflow steps work in: what they may change, and how they speak to other services. */
import { AwsError } from '../aws/aws-error.ts';
import { uuid } from '../platform/identifiers.ts';
import type { Transaction } from '../store/store.ts';
import {
  type Caller,
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
  WorkContext,
  WorkflowContext,
} from './context.ts';
import { appendEvent } from './event-outbox.ts';
import { type House, invoke } from './invoke.ts';
import type { ServiceDefinition } from './operation.ts';
import { openSession } from './session-token.ts';

export function effectContext(house: House, work: WorkContext, tx: Transaction): EffectContext {
  return {
    ...work,
    tx,
    emit(event) {
      appendEvent(tx, work, event);
      house.workflows.tell(tx, work, event);
    },
    schedule: (workflow, delayMs, payload) =>
      house.workflows.schedule(tx, {
        workflow,
        payload,
        dueAtMs: house.clock.nowMs() + delayMs,
        account: work.account,
        region: work.region,
        requestId: work.requestId,
      }),
  };
}

export function executeContext(house: House, request: RequestContext, tx: Transaction): ExecuteContext {
  return { ...effectContext(house, request, tx), caller: request.caller };
}

export function callContext(house: House, request: RequestContext, service: ServiceDefinition): CallContext {
  const { caller } = request;
  return { ...workflowContext(house, request, service), caller, call: forwarded(house, request, service) };
}

export function workflowContext(
  house: House,
  work: WorkContext,
  service: ServiceDefinition,
): WorkflowContext {
  const { account, region } = work;
  return {
    account,
    region,
    requestId: work.requestId,
    nowMs: work.nowMs,
    entropy: work.entropy,
    ports: work.ports,
    asInfrastructure(instanceId) {
      if (service.shapes.id !== 'ec2') throw new Error('only EC2 has infrastructure sessions');
      return {
        call: speaker(house, work, (to) =>
          mintInfrastructureCaller(account, to, instanceId, house.clock.nowMs()),
        ),
      };
    },
    asService: (from) => ({ call: asService(house, work, from) }),
    asRole: async (role) => ({ call: await asRole(house, work, role) }),
    read: (body) => house.store.read(body),
    transact: (body) => house.store.transact((tx) => body(effectContext(house, work, tx))),
  };
}

function asService(
  house: House,
  work: WorkContext,
  { principal, invokedBy }: { principal: string; invokedBy: string },
): Call {
  const { account } = work;
  return speaker(house, work, (region) =>
    mintServiceCaller({ service: principal, account, region, invokedBy }),
  );
}

/** The role's trust policy decides at the front door, as it does for everybody who assumes a role. */
async function asRole(
  house: House,
  work: WorkContext,
  { roleArn, sessionName, service }: RoleToAssume,
): Promise<Call> {
  const assume = asService(house, work, { principal: service, invokedBy: service });
  const answer = await assume('sts', 'AssumeRole', { RoleArn: roleArn, RoleSessionName: sessionName });
  const session = openSession(house.ports.sealer, answer.Credentials?.SessionToken ?? '');
  if (!session) throw new Error(`sts:AssumeRole gave no session of ${roleArn}`);
  return speaker(house, work, (region) => mintServiceRoleCaller(session.identity, region, service));
}

/** A forward access session: the caller's own identity and session, seen to come through the service. */
function forwarded(house: House, request: RequestContext, service: ServiceDefinition): Call {
  const { forwards } = service;
  return speaker(house, request, (region, { invokedBy }) => {
    if (!forwards) throw new Error(`${service.shapes.id} forwards no calls`);
    return mintForwardedCaller(request.caller, {
      region,
      invokedBy: invokedBy ?? forwards.invokedBy,
      viaService: forwards.viaService(region),
      requestId: request.requestId,
    });
  });
}

function speaker(
  house: House,
  work: WorkContext,
  mint: (region: string, options: CallOptions) => Caller,
): Call {
  return (async (service: string, name: string, input: object, options: CallOptions = {}) => {
    const operation = house.registry.operation(service, name);
    if (!operation) {
      throw new AwsError('NotImplemented', `Latchkey does not serve ${service}:${name} yet.`, 501);
    }
    const from = mint(options.region ?? work.region, options);
    return invoke(house, {
      caller: from,
      operation,
      input,
      // Calls for a user carry the user's request id; a service's own work has its own (aws-facts B1.5, B2).
      requestId: from.kind === 'forwarded' || options.sameRequest ? work.requestId : uuid(house.entropy),
      atMs: house.clock.nowMs(),
    });
  }) as Call;
}
