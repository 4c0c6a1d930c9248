/**
 * What an account chooses for all of a Region: serial console access, public sharing of images, metadata defaults, CPU
 * credits, blocks at internet gateways.
 */
import type { Scope } from '../../../aws/scope.ts';
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';

export interface MetadataDefaults {
  readonly HttpTokens?: 'optional' | 'required';
  readonly HttpPutResponseHopLimit?: number;
  readonly HttpEndpoint?: 'disabled' | 'enabled';
  readonly InstanceMetadataTags?: 'disabled' | 'enabled';
  readonly HttpTokensEnforced?: 'disabled' | 'enabled';
}

interface RegionSettings extends Scope {
  readonly serialConsole: boolean;
  readonly imagePublicAccess: 'block-new-sharing' | 'unblocked';
  readonly metadata: MetadataDefaults;
  /** By instance family, where it is not AWS's default. */
  readonly credits?: Readonly<Record<string, 'standard' | 'unlimited'>>;
  /** When they were chosen within the last day, by instance family. */
  readonly creditsChosenAtMs?: Readonly<Record<string, readonly number[]>>;
  /** Absent until it is first chosen. */
  readonly publicAccess?: {
    readonly mode: 'off' | 'block-bidirectional' | 'block-ingress';
    readonly updatedAtMs: number;
  };
}

const regionSettings = table<RegionSettings>()({
  name: 'ec2.region-settings',
  key: ({ account, region }) => [account, region],
});

/** A new account shares no image with everybody until it says so (aws-facts F28). */
export async function readRegionSettings(
  tx: ReadTransaction,
  { account, region }: Scope,
): Promise<RegionSettings> {
  const stored = await tx.get(regionSettings, [account, region]);
  return (
    stored ?? { account, region, serialConsole: false, imagePublicAccess: 'block-new-sharing', metadata: {} }
  );
}

export async function changeRegionSettings(
  tx: Transaction,
  scope: Scope,
  change: Partial<Omit<RegionSettings, keyof Scope>>,
): Promise<RegionSettings> {
  const changed = { ...(await readRegionSettings(tx, scope)), ...change };
  tx.put(regionSettings, changed);
  return changed;
}
