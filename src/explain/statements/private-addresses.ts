/** Addresses that no call from the internet has (RFC 1918, 6598 and 4193). */
import { type Network, networkContains, parseNetwork } from '../../policy/ip.ts';

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']
  .map(parseNetwork)
  .filter((network): network is Network => network !== undefined);

/** `10.1.0.0/16`, or one address. */
export function isPrivateRange(range: string): boolean {
  const network = parseNetwork(range);
  return (
    network !== undefined &&
    PRIVATE.some((each) => each.prefixLength <= network.prefixLength && networkContains(each, network.bytes))
  );
}
