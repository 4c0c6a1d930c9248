/** Faults of the program, planted on purpose: the simulation must find each of them. */
import type { Runtime } from '../src/invoke/runtime.ts';
import type { SimulatedDisk } from '../src/platform/simulated/disk.ts';
import { internPolicy } from '../src/policy/intern.ts';
import { routeEventStep } from '../src/services/events/event/route.ts';
import type { Store } from '../src/store/store.ts';

export interface Planted {
  readonly what: string;
  /** How often the power fails, where what is planted shows only then. */
  readonly crashChance?: number;
  /** The actions in which it shows; with others beside them it takes longer to find. */
  readonly shownBy: readonly string[];
  disk?(disk: SimulatedDisk): void;
  store?(store: Store): Store;
  runtime?(runtime: Runtime): void;
}

const ANYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

export const PLANTED: Readonly<Record<string, Planted>> = {
  'dropped-fsync': {
    what: 'syncs do nothing',
    shownBy: ['createKey', 'createUser', 'writeBlocks'],
    disk(disk) {
      disk.faults.ignoresSyncs = true;
    },
  },

  'forgotten-token': {
    what: 'a step that runs again does not know the calls that it has made',
    crashChance: 0.02,
    shownBy: ['createStack'],
    store: (store) => forgetting(store, 'invoke.kept-replies'),
  },

  'allow-on-error': {
    what: 'a caller whose policies are not found may do anything',
    shownBy: ['createKey', 'trespass'],
    runtime(runtime) {
      const { policies } = runtime.ports;
      const anything = internPolicy(ANYTHING, 'identity');
      if (!anything.ok) throw new Error('the planted policy is none');
      Object.assign(runtime.ports, {
        policies: {
          ...bound(policies),
          async identityPolicies(...asked: Parameters<typeof policies.identityPolicies>) {
            const found = await policies.identityPolicies(...asked);
            if (found.identity.length > 0) return found;
            return { ...found, identity: [{ name: 'anything', policy: anything.policy }] };
          },
        },
      });
    },
  },

  'left-grants': {
    what: 'grants of a call that a crash cut off stay',
    crashChance: 0.02,
    shownBy: ['createKey', 'runInstance'],
    runtime(runtime) {
      Object.assign(runtime.ports, { grants: { retirableBy: async () => [] } });
    },
  },

  'left-blocks': {
    what: 'blocks of a call that a crash cut off stay',
    shownBy: ['runInstance', 'copySnapshot'],
    crashChance: 0.02,
    store: (store) => forgetting(store, 'ec2.announced-blocks'),
  },

  'lost-events': {
    what: 'every fourth event is never routed',
    shownBy: ['runInstance', 'changePower'],
    store(store) {
      let count = 0;
      return forgetting(
        store,
        'invoke.steps',
        ({ workflow }) => workflow === routeEventStep.name && ++count % 4 === 0,
      );
    },
  },
};

/** A store to which what is put into one table is lost: all, or some. */
const forgetting = (
  store: Store,
  tableName: string,
  isLost: (record: { readonly workflow?: string }) => boolean = () => true,
): Store => ({
  ...bound(store),
  transact: (body) =>
    store.transact((tx) =>
      body({
        ...bound(tx),
        put: (table, record) => {
          if (table.name !== tableName || !isLost(record)) tx.put(table, record);
        },
      }),
    ),
});

/** The methods of an object of a class, as an object to be changed. */
function bound<T extends object>(from: T): T {
  const methods: Record<string, unknown> = {};
  for (let at: object | null = from; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      const value = (from as Record<string, unknown>)[name];
      if (typeof value === 'function' && !(name in methods)) methods[name] = value.bind(from);
    }
  }
  return methods as T;
}
