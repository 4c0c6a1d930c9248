import type { Transaction } from '../../../store/store.ts';
import type { Home } from '../resource/kind.ts';
import { defaultNetwork, storedNetworks } from './default-network.ts';
import { internetGateways } from './internet-gateway/internet-gateway.ts';
import { subnets } from './subnet/subnet.ts';
import { vpcs } from './vpc/vpc.ts';
import { putVpcParts } from './vpc-parts.ts';

/** Puts the derived default network into the tables. Every call that adds to, changes or takes from the network starts so. */
export async function storeDefaultNetwork(tx: Transaction, { account, region }: Home): Promise<void> {
  if (await tx.get(storedNetworks, [account, region])) return;
  const network = defaultNetwork({ account, region });
  tx.put(vpcs, network.vpc);
  for (const subnet of network.subnets) tx.put(subnets, subnet);
  putVpcParts(tx, network);
  tx.put(internetGateways, network.internetGateway);
  tx.put(storedNetworks, { account, region });
}
