/** Which addresses of a subnet are taken. Each is looked up, so that it does not matter how many there are. */
import type { ReadTransaction } from '../../../../store/store.ts';
import type { SubnetRecord } from '../network-records.ts';
import { addressesOf, networkInterfaces } from './network-interface.ts';

/** In a subnet that is nearly full, or for a launch of a thousand instances, all are read instead. */
const MAX_LOOKS = 64;

class TakenAddresses {
  readonly #tx: ReadTransaction;
  readonly #subnet: SubnetRecord;
  readonly #known = new Set<string>();
  #areAllKnown = false;
  #looks = 0;

  constructor(tx: ReadTransaction, subnet: SubnetRecord) {
    this.#tx = tx;
    this.#subnet = subnet;
  }

  add(address: string): void {
    this.#known.add(address);
  }

  async has(address: string): Promise<boolean> {
    if (!this.#areAllKnown && ++this.#looks > MAX_LOOKS) await this.#readAll();
    if (this.#areAllKnown || this.#known.has(address)) return this.#known.has(address);
    const { account, region, id } = this.#subnet;
    const range = { prefix: [account, region, id, address], limit: 1 };
    return (await this.#tx.find(networkInterfaces, 'address', range)).length > 0;
  }

  async #readAll(): Promise<void> {
    const { account, region, id } = this.#subnet;
    for (const eni of await this.#tx.find(networkInterfaces, 'subnet', { prefix: [account, region, id] })) {
      for (const { privateIp } of addressesOf(eni)) this.add(privateIp);
      for (const address of eni.ipv6Addresses ?? []) this.add(address);
    }
    this.#areAllKnown = true;
  }
}

/** By subnet, for as long as a transaction lasts: what it has taken is in no record yet. */
const known = new WeakMap<ReadTransaction, Map<string, TakenAddresses>>();

export function takenAddresses(tx: ReadTransaction, subnet: SubnetRecord): TakenAddresses {
  const bySubnet = known.get(tx) ?? new Map<string, TakenAddresses>();
  known.set(tx, bySubnet);
  const taken = bySubnet.get(subnet.id) ?? new TakenAddresses(tx, subnet);
  bySubnet.set(subnet.id, taken);
  return taken;
}
