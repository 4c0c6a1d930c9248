/** What CloudFormation knows of a type of resource: its properties, and how it is made, changed and deleted. */
import type { Call } from '../../../invoke/context.ts';
import type { JsonObject } from '../template/json.ts';
import type { Properties } from './properties.ts';

export interface Signal {
  readonly id: string;
  readonly isSuccess: boolean;
  readonly reason?: string;
  readonly data?: string;
}

/** What a handler works with: the rights of whoever asked for the stack, or of the stack's role. */
export interface ResourceContext {
  readonly call: Call;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly nowMs: number;
  readonly updatePolicy?: JsonObject;
  /** It changes back what an update that failed had changed. */
  readonly isRollback: boolean;
  /** What a handler said of its progress when it was last called for this action (StillBusy). */
  readonly progress?: JsonObject;
  /** The signals that the resource was sent since the action began. */
  readonly signals: readonly Signal[];
  /** Those that the handle of a wait condition was sent. */
  signalsOf(handle: string): Promise<readonly Signal[]>;
  /** The stack with this ARN, which is a resource of this one. */
  nestedStack(arn: string): Promise<NestedStack | undefined>;
  /** For what reads and then writes something that other resources write too: one after the other, by its name. */
  inTurn<T>(thing: string, work: () => Promise<T>): Promise<T>;
  /** Where the server listens. */
  readonly serverUrl: string;
  /** The same each time that the work of an action is begun again: for operations that take a client token. */
  readonly token: string;
  /** `<stack>-<logical id>-<random>`, cut to `longest`: the name of a resource that is given none. */
  physicalName(longest: number): string;
}

export interface NestedStack {
  readonly status: string;
  readonly isBusy: boolean;
  /** Why its last operation that failed did. */
  readonly failureReason?: string;
  /** Whether this action asked for its last operation. */
  readonly isAsked: boolean;
  readonly outputs: JsonObject;
}

/** What Fn::GetAtt gives. */
export type Attributes = JsonObject;

export interface ExistingResource {
  readonly physicalId: string;
  readonly properties: JsonObject;
  readonly attributes: Attributes;
}

export interface MadeBare {
  readonly physicalId: string;
  readonly made: JsonObject;
  /** Attributes that the service gives only once: secrets. */
  readonly attributes?: Attributes;
}

export interface ResourceType {
  readonly name: string;
  readonly properties: Properties;
  /** Properties that AWS serves and Latchkey does not. */
  readonly unserved?: readonly string[];
  /** The names that Fn::GetAtt takes; `Outputs.*` for all that begin so. */
  readonly attributes: readonly string[];
  /** Attributes that AWS serves and Latchkey does not. */
  readonly unservedAttributes?: readonly string[];
  /** Those that other resources of the stack go on changing: they are read anew wherever a template asks for them. */
  readonly late?: {
    readonly attributes: readonly string[];
    read(call: Call, physicalId: string): Promise<Attributes>;
  };
  /** Those that events do not show. */
  readonly secretAttributes?: readonly string[];
  /** Paths of the properties that take `{{resolve:ssm-secure:…}}`; their handler reads the value (secureValue). */
  readonly secureProperties?: readonly string[];
  /** Its tags are an object, not a list. */
  readonly tagsAreObject?: boolean;
  /** What else a tag of the stack has on such a resource (`PropagateAtLaunch`). */
  readonly stackTagMembers?: JsonObject;
  /** The property that names it: what bears a name of its own is not replaced, since the name is taken until it is gone. */
  readonly nameProperty?: string;
  /** IAM’s have the tags of their stack, but not the tags of AWS that say which stack it is (aws-facts H23). */
  readonly isUnmarked?: boolean;
  /** What a CreationPolicy may say of it. */
  readonly creationPolicies?: readonly string[];
  /** Each update of the stack is one of it, since what it is made of may be another by then: a nested stack's template. */
  readonly isAlwaysUpdated?: boolean;
  /** Why there is no such attribute, where the resource itself decides which there are. */
  missingAttribute?(physicalId: string, name: string): string;
  /** Whether an update policy has a change replace what could be changed in place. */
  isReplacedBy?(updatePolicy: JsonObject, from: JsonObject, to: JsonObject): boolean;
  /** Says why properties do not go together. */
  conflict?(properties: JsonObject): string | undefined;
  /**
   * Makes it and gives its physical id. Where that takes more than one call, it makes it bare, and says which properties
   * it has so far: `update` does the rest, so that what failed half-way is known and deleted.
   */
  create(ctx: ResourceContext, properties: JsonObject): Promise<string | MadeBare>;
  /** What Fn::GetAtt gives once it is ready; undefined as long as it is not. Throws where it never will be. */
  read?(
    ctx: ResourceContext,
    resource: ExistingResource,
    /** When the action began. */
    sinceMs: number,
  ): Promise<Attributes | undefined>;
  /** Changes what may be changed in place. Types without it are replaced. */
  update?(ctx: ResourceContext, resource: ExistingResource, properties: JsonObject): Promise<void>;
  /** Ends what goes on by itself, as far as `progress` says: the update that began it is given up. */
  cancel?(ctx: ResourceContext, resource: ExistingResource): Promise<void>;
  /** What is gone already is deleted: a not-found error of AWS's counts as success. */
  delete(ctx: ResourceContext, resource: ExistingResource): Promise<void>;
  /** Whether it is gone, where that takes its time. */
  isGone?(ctx: ResourceContext, resource: ExistingResource): Promise<boolean>;
  snapshot?(ctx: ResourceContext, resource: ExistingResource): Promise<void>;
}
