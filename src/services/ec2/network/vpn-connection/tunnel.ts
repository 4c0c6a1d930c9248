/**
 * The two tunnels of a VPN connection. No packet passes, so both are down; their pre-shared keys are kept sealed
 * (https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html, aws-facts F48).
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Entropy } from '../../../../platform/ports.ts';
import { type Vault, vaultOf } from '../../../../service-kit/vault.ts';
import type { TunnelOption, VpnTunnelOptionsSpecification } from '../../../../shapes/generated/ec2.ts';
import { formatIpv4, parseBlock, parseIpv4 } from '../address.ts';
import { newPublicIp } from '../public-ip.ts';

export type Tunnel = Omit<TunnelOption, 'PreSharedKey'> & {
  readonly OutsideIpAddress: string;
  /** None where an import has left it out. */
  readonly sealedKey?: string;
};

const { sealValue: sealKey, openValue: openKey, resealTable } = vaultOf('ec2.vpn-tunnel-key');

export { openKey, resealTable };

const TUNNELS = 2;
const LINK_LOCAL = parseIpv4('169.254.0.0')!;
const BLOCK_SIZE = 4;
/** Blocks of 169.254.0.0/16 that AWS keeps for itself, by their first address. */
const KEPT = ['0.0', '1.0', '2.0', '3.0', '4.0', '5.0', '169.252'].map((end) => parseIpv4(`169.254.${end}`)!);
const PRE_SHARED_KEY = /^(?!0)[A-Za-z0-9._]{8,64}$/;

/** From and to, of what is a number. */
const RANGES = {
  DPDTimeoutSeconds: [30, Number.POSITIVE_INFINITY],
  Phase1LifetimeSeconds: [900, 28_800],
  Phase2LifetimeSeconds: [900, 3_600],
  RekeyFuzzPercentage: [0, 100],
  RekeyMarginTimeSeconds: [60, Number.POSITIVE_INFINITY],
  ReplayWindowSize: [64, 2_048],
} as const satisfies Partial<Record<keyof VpnTunnelOptionsSpecification, readonly [number, number]>>;

const CHOICES = {
  DPDTimeoutAction: ['clear', 'none', 'restart'],
  StartupAction: ['add', 'start'],
} as const satisfies Partial<Record<keyof VpnTunnelOptionsSpecification, readonly string[]>>;

const invalid = (value: unknown, parameter: string, why: string) =>
  new AwsError('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid. ${why}`);

/** Throws for what no tunnel may have. `taken` are the blocks of the connection's other tunnel. */
export function requireTunnelOptions(
  options: VpnTunnelOptionsSpecification,
  taken: readonly (string | undefined)[] = [],
): void {
  const { PreSharedKey: key, TunnelInsideCidr: cidr } = options;
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = options[name as keyof typeof RANGES];
    if (value === undefined || (least <= value && value <= most)) continue;
    throw invalid(
      value,
      name,
      most === Infinity ? `It must be ${least} or more.` : `It must be from ${least} to ${most}.`,
    );
  }
  for (const [name, choices] of Object.entries(CHOICES)) {
    const value = options[name as keyof typeof CHOICES];
    if (value === undefined || choices.some((each) => each === value)) continue;
    throw invalid(value, name, `It must be one of ${choices.join(', ')}.`);
  }
  if (key !== undefined && !PRE_SHARED_KEY.test(key)) {
    throw new AwsError(
      'InvalidParameterValue',
      'The pre-shared key must have 8 to 64 letters, digits, periods and underscores, and must not begin with 0.',
    );
  }
  if (cidr === undefined) return;
  const block = parseBlock(cidr);
  const isLinkLocal = block && LINK_LOCAL <= block.first && block.first < LINK_LOCAL + 65_536;
  if (!isLinkLocal || block.size !== BLOCK_SIZE || KEPT.includes(block.first)) {
    throw invalid(
      cidr,
      'tunnelInsideCidr',
      'It must be a block of size /30 of 169.254.0.0/16 that AWS does not keep for itself.',
    );
  }
  if (taken.includes(cidr))
    throw invalid(cidr, 'tunnelInsideCidr', 'The other tunnel of the connection has it.');
}

export function requireTunnels(all: readonly VpnTunnelOptionsSpecification[] = []): void {
  if (all.length > TUNNELS) {
    throw new AwsError('InvalidParameterValue', `A VPN connection has ${TUNNELS} tunnels.`);
  }
  for (const [index, options] of all.entries()) {
    requireTunnelOptions(
      options,
      all.slice(0, index).map(({ TunnelInsideCidr }) => TunnelInsideCidr),
    );
  }
}

/** The options as they are shown: under other names than they are asked for. */
export const shownOptions = ({
  PreSharedKey: _apart,
  DPDTimeoutAction: DpdTimeoutAction,
  DPDTimeoutSeconds: DpdTimeoutSeconds,
  IKEVersions: IkeVersions,
  ...same
}: VpnTunnelOptionsSpecification): Omit<Tunnel, 'OutsideIpAddress' | 'sealedKey'> =>
  Object.fromEntries(
    Object.entries({ ...same, DpdTimeoutAction, DpdTimeoutSeconds, IkeVersions }).filter(
      ([, value]) => value !== undefined,
    ),
  );

/** Both, with addresses and keys where none are chosen. */
export function newTunnels(
  context: Vault & { readonly entropy: Entropy },
  asked: readonly VpnTunnelOptionsSpecification[] = [],
): readonly Tunnel[] {
  const taken = asked.flatMap(({ TunnelInsideCidr }) => TunnelInsideCidr ?? []);
  return Array.from({ length: TUNNELS }, (_each, index) => {
    const { PreSharedKey = newKey(context.entropy), ...given } = asked[index] ?? {};
    const options = shownOptions(given);
    const TunnelInsideCidr = options.TunnelInsideCidr ?? freeBlock(context.entropy, taken);
    taken.push(TunnelInsideCidr);
    const OutsideIpAddress = newPublicIp(context);
    return { ...options, TunnelInsideCidr, OutsideIpAddress, sealedKey: sealKey(context, PreSharedKey) };
  });
}

/** Of 32 characters, as AWS makes them; the first one is no digit 0. */
const newKey = (entropy: Entropy): string => `k${entropy.bytes(16).toString('hex').slice(1)}`;

/** As it is with these options instead, and what else it had. */
export function changedTunnel(context: Vault, tunnel: Tunnel, asked: VpnTunnelOptionsSpecification): Tunnel {
  const { PreSharedKey: key } = asked;
  return {
    ...tunnel,
    ...shownOptions(asked),
    sealedKey: key === undefined ? tunnel.sealedKey : sealKey(context, key),
  };
}

function freeBlock(entropy: Entropy, taken: readonly string[]): string {
  for (let first = LINK_LOCAL + (entropy.bytes(2).readUInt16BE(0) & ~3); ; first += BLOCK_SIZE) {
    const wrapped = LINK_LOCAL + ((first - LINK_LOCAL) % 65_536);
    const cidr = `${formatIpv4(wrapped)}/30`;
    if (!KEPT.includes(wrapped) && !taken.includes(cidr)) return cidr;
  }
}
