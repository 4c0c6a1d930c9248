/**
 * What an operation is. Each lives in a file of its API name under `services/<service>/<noun>/` and is made by
 * its service: `export default kms.operation('CreateGrant', { … })`. The front door (invoke.ts) runs its parts in
 * the order in which they are written here.
 */
import type { AwsError } from '../aws/aws-error.ts';
import type { Scope } from '../aws/scope.ts';
import type { OperationShape, ServiceShapes } from '../shapes/shape.ts';
import type { InputRefusal } from '../shapes/validate.ts';
import type { Identity } from './caller.ts';
import type {
  BearerContext,
  CallContext,
  ExecuteContext,
  RequestContext,
  ResolveContext,
} from './context.ts';
import type { Denial } from './denial.ts';
import { requireKnownPaths, type UnservedMember } from './unserved.ts';
import type { Checks, Verdicts } from './verdict.ts';

type Awaitable<T> = T | Promise<T>;

export interface Definition<I, O, C extends Checks, X> {
  /** CloudTrail's `readOnly`. */
  readonly readOnly?: boolean;
  /** Why no permission is needed, where AWS needs none (sts:GetCallerIdentity). Otherwise no check means a bug. */
  readonly exempt?: string;
  /** For requests that are not signed (sts:AssumeRoleWithWebIdentity): what they bring proves who calls. */
  readonly bearer?: Bearer<I>;
  /** Members of the input that are refused by name, once the caller is authorized. */
  readonly unserved?: readonly UnservedMember[];
  /** Whether a dry run is answered before it is looked at whether the input can be right (EC2, aws-facts F20). */
  readonly dryRunFirst?: boolean;
  /** Resolves names, aliases and ids into records, and lists a check for each resource touched. Changes nothing. */
  checks?(context: ResolveContext, input: I): Awaitable<C>;
  /** What must hold of the resources' state before anything happens, once the caller is authorized. Throws AWS's error. */
  preconditions?(context: ResolveContext, input: I, verdicts: Verdicts<C>): Awaitable<void>;
  /**
   * Calls on other services for this caller, and whatever else takes its time (generating RSA keys), outside any
   * transaction; what it returns is handed to `execute`.
   */
  calls?(ctx: CallContext, input: I, verdicts: Verdicts<C>): Promise<X>;
  /** The effect: reads and writes through `context.tx`, awaits nothing else. Committed together with the audit record. */
  execute(context: ExecuteContext, input: I, verdicts: Verdicts<C>, called: X): Awaitable<O>;
  /** Empties what `calls` returned of its secrets, once the call is over and whatever came of it. */
  wipe?(called: X): void;
  readonly audit?: AuditRule<I, O>;
}

export interface Bearer<I> {
  /** The account that a call is about, proven or not. Throws AWS's error where the input does not say. */
  account(input: I): string;
  /** Throws AWS's error for what proves nothing. */
  prove(context: BearerContext, input: I): Promise<Identity>;
}

/** In the caller's name, through the service itself. */
export interface RecordedElsewhere {
  readonly region: string;
  readonly eventName: string;
  readonly requestParameters: object;
  readonly responseElements: object;
  /** Whether the record itself lists it, or the event history only. */
  readonly resource: { readonly type: string; readonly arn: string; readonly isListed: boolean };
}

/** How CloudTrail records the call, where it differs from the rule (audit.ts). */
export interface AuditRule<I, O> {
  /** Members of the input that the record omits (sensitive members are always omitted). */
  readonly omit?: readonly (keyof I & string)[];
  /**
   * Sensitive members, at any depth, that name something and hold no secret: kept with the call (recorded-call.ts), so that it
   * can be made again in a rehearsal.
   */
  readonly keeps?: readonly string[];
  /** What the record says of members that the request may leave out. */
  defaults?(input: I): Partial<I>;
  /**
   * What the record of a call that was let in has beside its input's members: tags that the calling session hands on, or that a
   * token asserts.
   */
  brought?(input: I, request: RequestContext): object;
  /** `requestParameters`, where it is not the input's members; null for none. */
  requestParameters?(input: I): object | null;
  /**
   * `responseElements` of a call that changes something; the rule is the whole output; null for none. `arns` are the
   * resources of the checks, in order: KMS records the key's ARN even where the output lacks it.
   */
  responseElements?(output: O, input: I, arns: readonly string[], requestId: string): object | null;
  /** Recorded as a data event, which CloudTrail's event history does not show: the use of a resource, not its management. */
  readonly dataEvent?: boolean;
  /** STS's calls are read-only, and their answers are recorded all the same. */
  readonly recordsReadOnlyResponse?: boolean;
  additionalEventData?(output: O, input: I): object | undefined;
  /** What the service does for the call in further Regions, as is recorded there. */
  elsewhere?(output: O, input: I, scope: Scope): readonly RecordedElsewhere[];
  /** Members of the record that the owner of a resource in another account does not learn. */
  readonly hiddenFromOwner?: readonly string[];
  /** Names of the CloudTrail `resources` where they are more than the checks' own ARNs. */
  resources?(
    input: I,
    output: O | undefined,
    scope: Scope,
  ): readonly { type: string; arn: string; account: string }[];
}

export type OperationMap = object;
type Input<Ops, N extends keyof Ops> = Ops[N] extends { input: infer I } ? I : never;
type Output<Ops, N extends keyof Ops> = Ops[N] extends { output: infer O } ? O : never;

export interface ServiceDefinition {
  /** `kms` */
  readonly id: string;
  readonly shapes: ServiceShapes;
  /** `kms.amazonaws.com` */
  readonly eventSource: string;
  /** IAM is one for all regions: its events and ARNs speak of us-east-1. */
  readonly global?: boolean;
  /** CloudTrail's `resources[].type` for the resource of a check, e.g. `AWS::KMS::Key`; undefined lists none. */
  resourceType?(arn: string): string | undefined;
  /** EC2's events list no `resources`; the event history knows them all the same, by their ids. */
  readonly resourcesInHistoryOnly?: boolean;
  /** The error for a denied check, in the service's own form. */
  denied(denial: Denial): AwsError;
  /** The error for an input that its shape refuses, where it is not the one of the service's protocol. */
  readonly inputRefused?: InputRefusal;
  /** The error for a member of the input that is not served. */
  readonly unserved?: (member: string) => AwsError;
  /** The error that a passed dry run answers with, where the service has DryRun. */
  readonly dryRunPassed?: () => AwsError;
  /** Whether a dry run does the work too, to find what would fail, and then gives out and keeps nothing. */
  readonly dryRunWorks?: boolean;
  /** CloudTrail's `errorCode` for an error code, where they differ. */
  auditErrorCode?(code: string): string;
  /** EC2 records the parameters of a denied call too; KMS and the others null (aws-facts A7.9). */
  readonly deniedKeepsParameters?: boolean;
  /** How the service appears to the services that it calls for its caller. */
  readonly forwards?: {
    readonly invokedBy: string;
    /** `kms:ViaService`, where KMS knows the service by one. */
    viaService?(region: string): string;
    /** The service's name in `aws:CalledVia`, for the few that AWS lists there. */
    readonly calledVia?: string;
    /** CloudTrail's `vpcEndpointId` of such calls, where it records one (aws-facts B1.5). */
    readonly vpcEndpoint?: string;
    /** Whether the service may go on for its caller after it has answered (forward-session.ts). */
    readonly outlivesRequest?: boolean;
  };
}

export interface Service<Ops extends OperationMap> extends ServiceDefinition {
  operation<N extends keyof Ops & string, C extends Checks = Record<never, never>, X = undefined>(
    name: N,
    definition: Definition<Input<Ops, N>, Output<Ops, N>, C, X>,
  ): Operation;
}

/** An operation as the front door handles it: types are checked where it is defined. */
export interface Operation {
  readonly name: string;
  readonly service: ServiceDefinition;
  readonly shape: OperationShape;
  readonly definition: Definition<object, object, Checks, unknown>;
}

export function defineService<Ops extends OperationMap>(
  definition: Omit<ServiceDefinition, 'id'>,
): Service<Ops> {
  const service: Service<Ops> = {
    ...definition,
    id: definition.shapes.id,
    operation: (name, operation) =>
      new ServedOperation(name, service, operation as unknown as Operation['definition']),
  };
  return service;
}

/** A class, since objects with an accessor of their own are dear: there are a thousand of these. */
class ServedOperation implements Operation {
  readonly name: string;
  readonly service: ServiceDefinition;
  readonly definition: Operation['definition'];
  #shape: OperationShape | undefined;

  constructor(name: string, service: ServiceDefinition, definition: Operation['definition']) {
    this.name = name;
    this.service = service;
    this.definition = definition;
  }

  /** Read at the first call: a server holds the shapes of what is called. */
  get shape(): OperationShape {
    this.#shape ??= shapeOf(this.service.shapes, this.name, this.definition.unserved);
    return this.#shape;
  }
}

function shapeOf(
  shapes: ServiceShapes,
  name: string,
  unserved: readonly UnservedMember[] = [],
): OperationShape {
  const shape = shapes.operation(name);
  if (!shape) throw new Error(`no shape for ${shapes.id}:${name}: run "npm run shapes"`);
  requireKnownPaths(shape.input, unserved);
  return shape;
}
