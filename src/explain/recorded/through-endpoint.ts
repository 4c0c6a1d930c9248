/** The VPC endpoint that recorded calls came through: its policy holds them, and it tells where they came from. */
import { isIP } from 'node:net';
import type { Use } from '../../import/cloudtrail/use.ts';
import type { VpcEndpointOrigin } from '../../invoke/caller.ts';
import { endpointKeys } from '../../invoke/given-keys.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { NamedPolicy } from '../../policy/decision.ts';
import { unknownPolicy } from '../../policy/unknown.ts';
import type { Reading } from '../question/reading.ts';

export interface ThroughEndpoint {
  readonly policy?: NamedPolicy;
  conditions(action: string): ConditionValues;
  /** Where it is one, and was read. */
  readonly origin?: VpcEndpointOrigin;
}

type CameBy = Pick<Use, 'account' | 'arn' | 'vpcEndpoints' | 'addresses' | 'reason' | 'region' | 'invokedBy'>;

export async function throughEndpoint({ tx, ports }: Reading, use: CameBy): Promise<ThroughEndpoint> {
  const [id, ...others] = use.vpcEndpoints;
  const isRefused = use.reason.includes('VPC endpoint policy');
  if (id === undefined || use.invokedBy !== '')
    return {
      ...(isRefused && { policy: unknown(use, 'the record does not name the endpoint') }),
      conditions: () => ({}),
    };
  if (others.length > 0 || id === '*')
    return { policy: unknown(use, 'they came through several endpoints'), conditions: () => NO_SOURCE_IP };
  const endpoint = await ports.vpcEndpoints.endpoint(tx, id);
  if (!endpoint)
    return {
      policy: unknown(use, `${id} is not among those that were read`),
      conditions: () => NO_SOURCE_IP,
    };
  const { account, vpcId, policy, anyAddress } = endpoint;
  const [address = '', ...more] = use.addresses;
  const sourceIp = isIP(address) !== 0 && more.length === 0 ? address : undefined;
  const origin = { id, account, vpcId, sourceIp: sourceIp ?? anyAddress };
  const guardrails = await ports.guardrails.over(tx, account);
  return {
    policy,
    origin,
    conditions(action) {
      const { 'aws:VpcSourceIp': _, ...keys } = endpointKeys(
        action,
        origin,
        use.region,
        guardrails?.membership,
      );
      return { ...NO_SOURCE_IP, ...keys, ...(sourceIp && { 'aws:VpcSourceIp': sourceIp }) };
    },
  };
}

const unknown = ({ arn, account }: CameBy, why: string): NamedPolicy =>
  unknownPolicy(`VPC endpoint policy of a call of ${arn || `account ${account}`}`, why);

/** A private address of the VPC is no source address of the internet (aws-facts G2.9). */
const NO_SOURCE_IP: ConditionValues = { 'aws:SourceIp': undefined };
