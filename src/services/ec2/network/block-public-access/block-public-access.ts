/**
 * Blocks between an account's VPCs and their internet gateways, and what is exempt from them: kept, and shown of each VPC and
 * subnet (aws-facts F39). Packets go nowhere, blocked or not.
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import type {
  VpcBlockPublicAccessExclusion,
  VpcBlockPublicAccessOptions,
} from '../../../../shapes/generated/ec2.ts';
import { type ReadTransaction, type Transaction, table } from '../../../../store/store.ts';
import { readRegionSettings } from '../../account-setting/region-settings.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { type ResourceRecord, storedKind } from '../../resource/kind.ts';
import type { SubnetRecord, VpcRecord } from '../network-records.ts';

export type BlockMode = 'off' | 'block-bidirectional' | 'block-ingress';

export interface ExclusionRecord extends ResourceRecord {
  readonly resourceArn: string;
  readonly mode: 'allow-bidirectional' | 'allow-egress';
  readonly createdAtMs: number;
  readonly updatedAtMs?: number;
}

const exclusions = table<ExclusionRecord>()({
  name: 'ec2.vpc-block-public-access-exclusions',
  key: ({ account, region, id }) => [account, region, id],
  indexes: { resource: ({ resourceArn }) => [[resourceArn]] },
});

export const exclusionKind = storedKind<ExclusionRecord>({
  type: 'vpc-block-public-access-exclusion',
  prefix: 'vpcbpa-exclude',
  table: exclusions,
  notFound: ([id]) =>
    new AwsError(
      'InvalidVpcBlockPublicAccessExclusionId.NotFound',
      `The VPC Block Public Access exclusion ID '${id}' does not exist`,
    ),
  malformed: (id) =>
    new AwsError(
      'InvalidVpcBlockPublicAccessExclusionId.Malformed',
      `Invalid id: "${id}" (expecting "vpcbpa-exclude-...")`,
    ),
  conditions: () => ({}),
});

export const exclusionOf = async (tx: ReadTransaction, arn: string): Promise<ExclusionRecord | undefined> =>
  (await tx.find(exclusions, 'resource', { prefix: [arn], limit: 1 }))[0];

/** An exclusion goes with the VPC or the subnet that it is for. */
export async function removeExclusionOf(tx: Transaction, arn: string): Promise<void> {
  const found = await exclusionOf(tx, arn);
  if (found) tx.delete(exclusions, exclusions.key(found));
}

/** What of its traffic a VPC or a subnet is denied: the subnet's own exclusion stands before that of its VPC. */
export type BlocksOf = (resource: VpcRecord | SubnetRecord) => { InternetGatewayBlockMode: BlockMode };

export async function readBlocks(tx: ReadTransaction, scope: Scope): Promise<BlocksOf> {
  const { publicAccess: { mode = 'off' } = {} } = await readRegionSettings(tx, scope);
  const all = mode === 'off' ? [] : await exclusionKind.records.list(tx, scope);
  const byArn = new Map(all.map((exclusion) => [exclusion.resourceArn, exclusion.mode]));
  return (resource) => {
    const own = 'vpcId' in resource ? byArn.get(ec2Arn(resource, 'subnet', resource.id)) : undefined;
    const ofVpc = byArn.get(ec2Arn(resource, 'vpc', 'vpcId' in resource ? resource.vpcId : resource.id));
    const exclusion = own ?? ofVpc;
    if (exclusion === 'allow-bidirectional') return { InternetGatewayBlockMode: 'off' };
    return { InternetGatewayBlockMode: exclusion === 'allow-egress' ? 'block-ingress' : mode };
  };
}

export async function showBlockOptions(
  tx: ReadTransaction,
  scope: Scope,
): Promise<VpcBlockPublicAccessOptions> {
  const { publicAccess } = await readRegionSettings(tx, scope);
  return {
    AwsAccountId: scope.account,
    AwsRegion: scope.region,
    State: publicAccess ? 'update-complete' : 'default-state',
    InternetGatewayBlockMode: publicAccess?.mode ?? 'off',
    LastUpdateTimestamp: publicAccess?.updatedAtMs,
    ManagedBy: 'account',
    ExclusionsAllowed: 'allowed',
  };
}

const stateOf = ({ updatedAtMs }: ExclusionRecord) =>
  updatedAtMs === undefined ? 'create-complete' : 'update-complete';

export const showExclusion = (exclusion: ExclusionRecord): VpcBlockPublicAccessExclusion => ({
  ExclusionId: exclusion.id,
  InternetGatewayExclusionMode: exclusion.mode,
  ResourceArn: exclusion.resourceArn,
  State: stateOf(exclusion),
  CreationTimestamp: exclusion.createdAtMs,
  LastUpdateTimestamp: exclusion.updatedAtMs ?? exclusion.createdAtMs,
  Tags: [...exclusion.tags],
});

export const exclusionFilters: FilterFields<ExclusionRecord> = {
  'internet-gateway-exclusion-mode': ({ mode }) => mode,
  'resource-arn': ({ resourceArn }) => resourceArn,
  state: stateOf,
};
