/**
 * Calls whose work a service's own role does, as a group's launches: asked about for the role, they are made for somebody whom nothing
 * keeps from asking.
 */
import { AwsError } from '../../aws/aws-error.ts';
import type { Scope } from '../../aws/scope.ts';
import type { Operation } from '../../invoke/operation.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';
import { type Made, makeCall } from '../../rehearsal/maker.ts';
import { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { knownPrincipals } from '../question/asked-principals.ts';
import { NoAnswer } from '../question/key-question.ts';
import { UnreadGuardrails } from '../remedies/unread-guardrails.ts';
import { lastSegment } from '../words/names.ts';

export interface PlannedWork extends Scope {
  readonly operation: Operation;
  readonly input: object;
  /** Of the role that does it. */
  readonly role?: { readonly verb: string; readonly arn: string | undefined };
}

type Asker = PolicyPrincipal & { readonly account: string };

/** Guardrails hold no service-linked role: of those that nobody has read, none is in its way. */
export const unguarded = (runtime: Runtime): Runtime => new UnreadGuardrails().allowingAll(runtime);

/** Undefined for whoever asks for himself. */
export function roleOfWork(principal: PolicyPrincipal, { role }: PlannedWork, subject: string) {
  if (!role || principal.kind !== 'role-session' || !principal.serviceLinked) return undefined;
  const { arn, verb } = role;
  if (arn !== undefined && isOfSameService(arn, principal.roleArn) && arn !== principal.roleArn)
    throw new NoAnswer(
      `${subject} is served by ${lastSegment(arn)}, and not by ${lastSegment(principal.roleArn)}: --as ${arn}`,
    );
  return { verb };
}

const isOfSameService = (one: string, other: string): boolean => serviceOf(one) === serviceOf(other);
const serviceOf = (roleArn: string): string | undefined => /\/aws-service-role\/([^/]+)\//.exec(roleArn)?.[1];

export async function askerOf(
  runtime: Runtime,
  { operation, input, account, region }: PlannedWork,
): Promise<Asker> {
  const { service, name } = operation;
  const call = { service: service.id, operation: name, input, account, region };
  const { by } = await madeBySomebody(runtime, call);
  const { asked } = await runtime.store.read((tx) => knownPrincipals(tx));
  return asked.find((each) => each.name === by)?.principal as Asker;
}

async function madeBySomebody(runtime: Runtime, call: Parameters<typeof makeCall>[1]): Promise<Made> {
  try {
    return await makeCall(new Rehearsal(runtime), call);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new NoAnswer(`${call.service}:${call.operation} cannot be made as things are: ${error.message}`);
  }
}
