/** All of CloudFormation that is served. */
import type { Reseal } from '../../invoke/identity/account.ts';
import type { ServiceModule } from '../../invoke/service-module.ts';
import { emptyListings } from '../../service-kit/empty-listings.ts';
import type { Transaction } from '../../store/store.ts';
import { adoptStacks } from './adoption/adopt-stacks.ts';
import { changeSets } from './change-set/change-set.ts';
import { cloudformation } from './cloudformation.ts';
import { advanceWorkflow } from './engine/advance.ts';
import { resolveOutputsWorkflow } from './engine/outputs.ts';
import { resourceStepWorkflow } from './engine/resource-step.ts';
import { timeOutWorkflow } from './engine/time-out.ts';
import { exports } from './export/export.ts';
import { failureSource } from './failure.ts';
import { operations } from './operations.ts';
import { pageOf } from './page.ts';
import { stacks } from './stack/stack.ts';
import { stackResources } from './stack/stack-resource.ts';
import { resealTable } from './stack/vault.ts';

const module = {
  operations: [
    ...operations,
    ...emptyListings(cloudformation, { requirePage: ({ NextToken }) => pageOf([], () => [], NextToken) }),
  ],
  workflows: [advanceWorkflow, resolveOutputsWorkflow, resourceStepWorkflow, timeOutWorkflow],
  ports: { failures: [failureSource] },
  reseal: resealStacks,
  adopt: adoptStacks,
} satisfies ServiceModule;

export default module;

export { settleStacks } from './adoption/settle-stacks.ts';
export { MAX_STACK_NAME } from './stack/stack-check.ts';

/** Puts what stacks keep sealed under the sealer's current root key; returns how many values there are. */
async function resealStacks(tx: Transaction, reseal: Reseal): Promise<number> {
  let count = 0;
  for (const table of [stacks, stackResources, changeSets, exports]) {
    count += await resealTable(tx, reseal, table as typeof stacks);
  }
  return count;
}
