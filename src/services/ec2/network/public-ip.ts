/** Public addresses: of 198.18.0.0/15, which is set aside for tests, so that nobody's host is named. */
import type { Entropy } from '../../../platform/ports.ts';
import { formatIpv4, parseIpv4 } from './address.ts';

const PUBLIC_FIRST = parseIpv4('198.18.0.0')!;

export function newPublicIp({ entropy }: { readonly entropy: Entropy }): string {
  const [first, second, third] = entropy.bytes(3) as unknown as [number, number, number];
  return formatIpv4(PUBLIC_FIRST + (first % 2) * 65_536 + second * 256 + third);
}
