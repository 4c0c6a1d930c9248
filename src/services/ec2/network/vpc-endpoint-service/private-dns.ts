/** A private name of an endpoint service: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { hex } from '../../../../platform/identifiers.ts';
import type { Entropy } from '../../../../platform/ports.ts';
import type { VpcEndpointServiceRecord } from './vpc-endpoint-service.ts';

const DOMAIN = /^(?:\*\.)?(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

/** Throws where a service of this kind cannot have such a name. */
export function requirePrivateDnsName(
  name: string | undefined,
  gatewayLoadBalancerArns: readonly string[],
): void {
  if (!name) return;
  if (gatewayLoadBalancerArns.length > 0) {
    throw new AwsError(
      'InvalidParameter',
      'Private DNS names are not supported for Gateway Load Balancer endpoint services.',
    );
  }
  if (!DOMAIN.test(name))
    throw new AwsError('InvalidParameter', `The private DNS name '${name}' is not valid.`);
}

/** Nobody looks up the record by which ownership is shown, so the name stays to be verified. */
export const newPrivateDns = (entropy: Entropy, name: string): VpcEndpointServiceRecord['privateDns'] => ({
  name,
  state: 'pendingVerification',
  recordName: `_${hex(entropy, 20)}`,
  recordValue: `vpce:${hex(entropy, 20)}`,
});
