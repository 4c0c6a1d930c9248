/** What kind of world this is, and where in it one can look: accounts, the default place, the clock. */
import type { Scope } from '../aws/scope.ts';
import { accountIds } from '../invoke/identity/account.ts';
import { isImportedWorld } from '../invoke/imported/imported-world.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { everyone } from '../services/iam/index.ts';
import type { Questions } from './control-api.ts';

export interface WorldAnswer extends Scope {
  readonly version: string;
  /** `local`: made here; `snapshot`: of real accounts, only shown; `fork`: of real accounts, goes on here. */
  readonly kind: 'local' | 'snapshot' | 'fork';
  readonly accounts: readonly string[];
  readonly nowMs: number;
}

export function world(runtime: Runtime, version: string, { account, region }: Scope): Questions {
  const { store, clock } = runtime;
  return {
    async world(): Promise<WorldAnswer> {
      const isImported = await store.read(isImportedWorld);
      const kind = runtime.refusal ? 'snapshot' : isImported ? 'fork' : 'local';
      const known = new Set([account, ...(await store.read(accountIds))]);
      for (const principal of await store.read(everyone))
        if ('account' in principal) known.add(principal.account);
      return { version, kind, account, region, accounts: [...known].sort(), nowMs: clock.nowMs() };
    },
  };
}
