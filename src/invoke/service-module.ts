/** A service as one value: what `assemble.ts` composes a server of. */
import type { Transaction } from '../store/store.ts';
import type { Reseal } from './identity/account.ts';
import type { Adoption } from './imported/described.ts';
import type { Operation } from './operation.ts';
import type { Ports } from './port.ts';
import type { Runtime } from './runtime.ts';
import type { Workflow } from './workflow.ts';

export interface ServiceModule {
  readonly operations: readonly Operation[];
  readonly workflows?: readonly Workflow[];
  /** What the service implements for the front door and for other services. */
  readonly ports?: Partial<Ports>;
  /** Puts what it keeps sealed under the sealer's current root key; returns how many values there are. */
  reseal?(tx: Transaction, reseal: Reseal): Promise<number>;
  /** Takes what AWS described of real accounts into its own records, in an empty store (imported/described.ts). */
  adopt?(adoption: Adoption): Promise<void>;
  /** Takes up what was going on when the server ended. Called once, when the server starts. */
  resume?(runtime: Runtime): Promise<void>;
}

type PortsOf<M> = M extends { readonly ports: infer P } ? P : object;
type All<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** The ports that the services implement together: each is one service's, lists are of as many as have part in them. */
export function portsOf<const M extends readonly ServiceModule[]>(modules: M): All<PortsOf<M[number]>> {
  const ports: Record<string, unknown> = {};
  for (const module of modules) {
    for (const [name, port] of Object.entries(module.ports ?? {})) {
      const before = ports[name];
      if (before !== undefined && !Array.isArray(before)) throw new Error(`two services implement ${name}`);
      ports[name] = before === undefined ? port : [...(before as unknown[]), ...(port as unknown[])];
    }
  }
  return ports as All<PortsOf<M[number]>>;
}
