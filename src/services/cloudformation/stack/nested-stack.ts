/**
 * A stack that is a resource of another
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html). It is made, changed and
 * deleted by calls of CloudFormation's own, in the name of whoever works on the parent; what it has of the parent
 * besides (its role, what was acknowledged, the root's protection) it takes from there.
 */
import type { Caller } from '../../../invoke/caller.ts';
import type { CallContext, ResolveContext } from '../../../invoke/context.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { SERVICE_NAME } from '../cloudformation.ts';
import type { OperationRecord } from '../engine/operation.ts';
import { findStack, type StackRecord, stackArn, stacks } from './stack.ts';
import { type StackResourceRecord, stackResources } from './stack-resource.ts';

export const NESTED_TYPE = 'AWS::CloudFormation::Stack';

/** A stack whose operation works on a nested one. */
export type Parent = StackRecord & { readonly operation: OperationRecord };

const isOwnCall = (caller: Caller): boolean =>
  (caller.kind === 'forwarded' || caller.kind === 'service-role') && caller.invokedBy === SERVICE_NAME;

/** The stack that asks, where it is no user that does: known by the token of the action on its resource. */
export async function parentOf(
  { tx, account, region, caller }: Pick<ResolveContext, 'tx' | 'account' | 'region' | 'caller'>,
  token: string | undefined,
): Promise<Parent | undefined> {
  if (token === undefined || !isOwnCall(caller)) return undefined;
  const [row] = await tx.find(stackResources, 'nesting', { prefix: [account, region, token], limit: 1 });
  const stack = row && (await tx.get(stacks, [account, region, row.stackUuid]));
  return stack?.operation && (stack as Parent);
}

export const readParent = (ctx: CallContext, token: string | undefined): Promise<Parent | undefined> =>
  ctx.read((tx) => parentOf({ ...ctx, tx }, token));

/** The request with what a nested stack has of its parent. */
export function asNested<I extends object>(input: I, parent: Parent | undefined): I {
  if (!parent) return input;
  return { ...input, RoleARN: parent.roleArn, Capabilities: parent.goal?.capabilities };
}

/** What a nested stack keeps of its place. */
export const placeIn = (parent: Parent | undefined): Partial<StackRecord> =>
  parent
    ? {
        parentArn: stackArn(parent),
        rootArn: parent.rootArn ?? stackArn(parent),
        terminationProtection: parent.terminationProtection,
      }
    : {};

/** How an operation on a nested stack goes: as its parent's does. One that takes it back is not taken back itself. */
export const asItsParent = ({
  operation,
}: Parent): Pick<OperationRecord, 'onFailure' | 'isNested'> & {
  readonly clientRequestToken?: string;
} => ({
  isNested: true,
  onFailure:
    operation.onFailure === 'DO_NOTHING' || operation.kind === 'update-rollback' ? 'DO_NOTHING' : 'ROLLBACK',
  clientRequestToken: operation.clientRequestToken,
});

/** The nested stacks that are there. */
export async function nestedStacks(
  tx: ReadTransaction,
  stack: StackRecord,
  rows: readonly StackResourceRecord[],
): Promise<StackRecord[]> {
  const nested: StackRecord[] = [];
  for (const { type, role, physicalId } of rows) {
    if (type !== NESTED_TYPE || role !== 'current' || physicalId === undefined) continue;
    const found = await findStack(tx, stack, physicalId);
    if (found) nested.push(found);
  }
  return nested;
}
