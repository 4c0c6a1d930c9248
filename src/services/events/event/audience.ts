/** Whether anything catches an event, asked before an event that is of no interest to most is routed at all. */
import type { EventAudience } from '../../../invoke/ports/ports.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { archives, keeps } from '../archive/archive.ts';
import { DEFAULT_BUS } from '../bus/bus.ts';
import { catches, rules } from '../rule/rule.ts';

interface Places {
  /** Of the tables, when they were read. */
  readonly generation: number;
  /** `account/region` of every rule and archive. */
  readonly places: ReadonlySet<string>;
}

const known = new WeakMap<object, Places>();

async function readPlaces(tx: ReadTransaction): Promise<ReadonlySet<string>> {
  const all = [...(await tx.list(rules)), ...(await tx.list(archives))];
  return new Set(all.map(({ account, region }) => `${account}/${region}`));
}

export const audience: EventAudience = {
  async listens(store, tx, { account, region }) {
    const generation = store.generation(rules.name) + store.generation(archives.name);
    let now = known.get(store);
    if (now?.generation !== generation) {
      now = { generation, places: await readPlaces(tx) };
      known.set(store, now);
    }
    return now.places.has(`${account}/${region}`);
  },
  async catches(tx, event, report) {
    const prefix = [event.account, event.region, DEFAULT_BUS];
    if ((await tx.list(rules, { prefix })).some((rule) => catches(rule, event, report))) return true;
    return (await tx.find(archives, 'bus', { prefix })).some((archive) => keeps(archive, event, report));
  },
};
