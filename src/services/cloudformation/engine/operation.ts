/** What is being done to a stack. Each kind has its phases, and its statuses for each outcome. */
import type { StackStatus } from '../stack/stack-status.ts';

export type OperationKind =
  | 'create'
  | 'rollback'
  | 'update'
  | 'update-rollback'
  | 'import'
  | 'import-rollback'
  | 'delete';

export interface OperationRecord {
  readonly id: string;
  readonly kind: OperationKind;
  /**
   * `provision` brings resources to the goal, `outputs` works out what the stack gives, `held` waits for the stack of
   * which this one is a resource, `cleanup` deletes the rest.
   */
  readonly phase: 'provision' | 'outputs' | 'held' | 'cleanup';
  /** Whose rights are used: the stack's role, or the caller's own. */
  readonly rights: { readonly roleArn: string } | { readonly sessionId: string };
  readonly clientRequestToken?: string;
  readonly onFailure: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';
  /** The stack of which this one is a resource asked for it. */
  readonly isNested?: boolean;
  /** The outputs to which a rollback goes back, while it is held: StackOutput[]. */
  readonly sealedOutputsBefore?: string;
  /** Logical ids that DeleteStack leaves alone. */
  readonly retained: readonly string[];
  /** DeletionMode FORCE_DELETE_STACK: what cannot be deleted is left alone. */
  readonly isForced?: boolean;
  /** Of what the operation makes, nothing is retained where it is undone, whatever its policy. */
  readonly retainsExceptOnCreate?: boolean;
  /** Why the operation goes no further, where it is no resource's failure. */
  readonly stopReason?: string;
  /** A stack policy for this update alone. */
  readonly policyBody?: string;
}

interface KindOfOperation {
  readonly provisions: boolean;
  readonly started: StackStatus;
  readonly cleaning: StackStatus;
  readonly done: StackStatus;
  readonly failed: StackStatus;
  /** Which rows the cleanup deletes: all, or what is not (or no longer) part of the goal. */
  readonly deletes: 'everything' | 'leftovers';
  /** CloudFormation's name of it, in LastOperations. */
  readonly operationType: string;
}

export const KINDS: Readonly<Record<OperationKind, KindOfOperation>> = {
  create: {
    provisions: true,
    started: 'CREATE_IN_PROGRESS',
    cleaning: 'CREATE_IN_PROGRESS',
    done: 'CREATE_COMPLETE',
    failed: 'CREATE_FAILED',
    deletes: 'leftovers',
    operationType: 'CREATE_STACK',
  },
  rollback: {
    provisions: false,
    started: 'ROLLBACK_IN_PROGRESS',
    cleaning: 'ROLLBACK_IN_PROGRESS',
    done: 'ROLLBACK_COMPLETE',
    failed: 'ROLLBACK_FAILED',
    deletes: 'everything',
    operationType: 'ROLLBACK',
  },
  update: {
    provisions: true,
    started: 'UPDATE_IN_PROGRESS',
    cleaning: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    done: 'UPDATE_COMPLETE',
    failed: 'UPDATE_FAILED',
    deletes: 'leftovers',
    operationType: 'UPDATE_STACK',
  },
  'update-rollback': {
    provisions: true,
    started: 'UPDATE_ROLLBACK_IN_PROGRESS',
    cleaning: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    done: 'UPDATE_ROLLBACK_COMPLETE',
    failed: 'UPDATE_ROLLBACK_FAILED',
    deletes: 'leftovers',
    operationType: 'ROLLBACK',
  },
  import: {
    provisions: true,
    started: 'IMPORT_IN_PROGRESS',
    cleaning: 'IMPORT_IN_PROGRESS',
    done: 'IMPORT_COMPLETE',
    failed: 'IMPORT_ROLLBACK_FAILED',
    deletes: 'leftovers',
    operationType: 'UPDATE_STACK',
  },
  'import-rollback': {
    provisions: true,
    started: 'IMPORT_ROLLBACK_IN_PROGRESS',
    cleaning: 'IMPORT_ROLLBACK_IN_PROGRESS',
    done: 'IMPORT_ROLLBACK_COMPLETE',
    failed: 'IMPORT_ROLLBACK_FAILED',
    deletes: 'leftovers',
    operationType: 'ROLLBACK',
  },
  delete: {
    provisions: false,
    started: 'DELETE_IN_PROGRESS',
    cleaning: 'DELETE_IN_PROGRESS',
    done: 'DELETE_COMPLETE',
    failed: 'DELETE_FAILED',
    deletes: 'everything',
    operationType: 'DELETE_STACK',
  },
};
