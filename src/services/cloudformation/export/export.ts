/** Outputs that stacks give to others of their account and region by name. */
import type { EffectContext, WorkContext } from '../../../invoke/context.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { type StackOutput, type StackRecord, stackArn, stacks } from '../stack/stack.ts';
import { stackResources } from '../stack/stack-resource.ts';
import { openValue, sealValue, type Vault } from '../stack/vault.ts';

export interface ExportRecord {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly sealedValue: string;
  readonly stackUuid: string;
  readonly stackId: string;
}

export const exports = table<ExportRecord>()({
  name: 'cloudformation.exports',
  key: ({ account, region, name }) => [account, region, name],
  indexes: { stack: ({ account, region, stackUuid }) => [[account, region, stackUuid]] },
});

export const exportedValue = (vault: Vault, { sealedValue }: ExportRecord): string =>
  openValue(vault, sealedValue) ?? '';

const exportsOfStack = (tx: ReadTransaction, { account, region, uuid }: StackRecord) =>
  tx.find(exports, 'stack', { prefix: [account, region, uuid] });

/** The names of the stacks that import an export. */
export async function importers(
  tx: ReadTransaction,
  { account, region }: Pick<WorkContext, 'account' | 'region'>,
  name: string,
): Promise<string[]> {
  const rows = await tx.find(stackResources, 'import', { prefix: [account, region, name] });
  const names = new Set<string>();
  for (const { stackUuid } of rows) {
    const stack = await tx.get(stacks, [account, region, stackUuid]);
    if (stack) names.add(stack.name);
  }
  return [...names];
}

/** Why these cannot be what a stack exports from now on; undefined where they can. */
export async function exportConflict(
  context: Vault & { readonly tx: ReadTransaction },
  stack: StackRecord,
  outputs: readonly StackOutput[],
): Promise<string | undefined> {
  const { tx } = context;
  const wanted = new Map(outputs.map(({ exportName, value }) => [exportName, value]));
  for (const record of await exportsOfStack(tx, stack)) {
    const { name } = record;
    if (wanted.get(name) === exportedValue(context, record)) continue;
    const [user] = await importers(tx, stack, name);
    const what = wanted.has(name) ? 'updated' : 'deleted';
    if (user) return `Export ${name} cannot be ${what} as it is in use by ${user}`;
  }
  for (const name of wanted.keys()) {
    if (name === undefined) continue;
    const other = await tx.get(exports, [stack.account, stack.region, name]);
    if (other && other.stackUuid !== stack.uuid) {
      const owner = await tx.get(stacks, [stack.account, stack.region, other.stackUuid]);
      return `Export with name ${name} is already exported by stack ${owner?.name}.`;
    }
  }
  return undefined;
}

export async function putExports(
  context: EffectContext,
  stack: StackRecord,
  outputs: readonly StackOutput[],
): Promise<void> {
  const { tx } = context;
  const { account, region, uuid } = stack;
  for (const each of await exportsOfStack(tx, stack)) tx.delete(exports, [account, region, each.name]);
  for (const { exportName: name, value } of outputs) {
    if (name === undefined) continue;
    const sealedValue = sealValue(context, value);
    tx.put(exports, { account, region, name, sealedValue, stackUuid: uuid, stackId: stackArn(stack) });
  }
}
