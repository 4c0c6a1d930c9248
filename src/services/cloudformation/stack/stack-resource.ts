/**
 * A resource of a stack: one row for each physical resource that stands, or stood, for a logical id. A replacement
 * is a row of its own, beside the one that it replaces, until one of the two is deleted.
 */
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { Json, JsonObject } from '../template/json.ts';
import type { StackRecord } from './stack.ts';
import type { ResourceStatus } from './stack-status.ts';
import { openValue, type Vault } from './vault.ts';

/** What of a template's definition is needed once the resource is there. */
export interface KeptDefinition {
  /** Logical ids: the order of deletions. */
  readonly dependsOn: readonly string[];
  readonly deletionPolicy?: Json;
  readonly updateReplacePolicy?: Json;
  readonly metadata?: Json;
}

/** What a physical resource was made or changed to. */
export interface ResourceState {
  readonly properties: JsonObject;
  readonly attributes: JsonObject;
}

export interface ResourceAction {
  /** RequestToken of the handler, and what client tokens and names are made of. */
  readonly id: string;
  readonly kind: 'provision' | 'revert' | 'delete';
  readonly verb: 'CREATE' | 'UPDATE' | 'DELETE' | 'IMPORT';
  readonly stage: 'decide' | 'call' | 'stabilize' | 'signals';
  /** The properties to be reached (JsonObject), once decided. */
  readonly sealedGoal?: string;
  readonly polls: number;
  /** How far a handler is whose work takes many steps. */
  readonly progress?: JsonObject;
  /** A service has changed something for it already. */
  readonly hasChanged?: boolean;
  /** It makes a resource, be it in place of another. */
  readonly creates?: boolean;
  readonly startedAtMs: number;
}

/** A signal that a resource, or a wait condition's handle, was sent. */
export interface KeptSignal {
  readonly id: string;
  readonly isSuccess: boolean;
  readonly reason?: string;
  /** What came with it. */
  readonly sealedData?: string;
}

export interface StackResourceRecord {
  readonly account: string;
  readonly region: string;
  readonly stackUuid: string;
  readonly logicalId: string;
  readonly generation: number;
  readonly type: string;
  /**
   * `previous`: another row stands for the logical id; what this one stands for is deleted when all went well. `left`:
   * that failed, in an operation that is over.
   */
  readonly role: 'current' | 'previous' | 'left';
  readonly physicalId?: string;
  /** It stood before it was part of the stack, which the operation under way makes it. */
  readonly isImport?: boolean;
  /** Of a wait condition's handle: the path of its address. */
  readonly waitPath?: string;
  /** Absent until there is an event of it. */
  readonly status?: ResourceStatus;
  readonly statusReason?: string;
  readonly changedAtMs: number;
  readonly definition: KeptDefinition;
  /** ResourceState. */
  readonly sealedState?: string;
  /** The properties (JsonObject) of an update that failed when something of them was there: its rollback goes back from them. */
  readonly sealedAttempt?: string;
  /** What the operation under way found: where its rollback goes back to. */
  readonly before?: { readonly sealedState?: string; readonly definition: KeptDefinition };
  readonly action?: ResourceAction;
  /** The operation that has done what there was to do. */
  readonly doneIn?: string;
  /** As events show them: without what NoEcho hides. */
  readonly shownProperties?: string;
  readonly importedNames: readonly string[];
  readonly signals?: readonly KeptSignal[];
}

export const stackResources = table<StackResourceRecord>()({
  name: 'cloudformation.stack-resources',
  key: ({ account, region, stackUuid, logicalId, generation }) => [
    account,
    region,
    stackUuid,
    logicalId,
    generation,
  ],
  indexes: {
    physicalId: ({ account, region, physicalId }) =>
      physicalId === undefined ? [] : [[account, region, physicalId]],
    waitPath: ({ account, region, waitPath }) =>
      waitPath === undefined ? [] : [[account, region, waitPath]],
    /** Of what is done to nested stacks, by the token that they are asked with. */
    nesting: ({ account, region, type, action }) =>
      type === 'AWS::CloudFormation::Stack' && action ? [[account, region, action.id]] : [],
    import: ({ account, region, importedNames, status }) =>
      status === 'DELETE_COMPLETE' ? [] : importedNames.map((name) => [account, region, name]),
  },
});

export const keyOf = (row: StackResourceRecord) => stackResources.key(row);

export function rowsOf(
  tx: ReadTransaction,
  { account, region, uuid }: Pick<StackRecord, 'account' | 'region' | 'uuid'>,
): Promise<StackResourceRecord[]> {
  return tx.list(stackResources, { prefix: [account, region, uuid] });
}

/** The rows that are shown: those that stand for their logical ids. */
export const currentRows = (rows: readonly StackResourceRecord[]): StackResourceRecord[] =>
  rows.filter(({ role, status }) => role === 'current' && status !== undefined);

export const stateOf = (vault: Vault, row: { sealedState?: string }): ResourceState =>
  openValue(vault, row.sealedState) ?? { properties: {}, attributes: {} };
