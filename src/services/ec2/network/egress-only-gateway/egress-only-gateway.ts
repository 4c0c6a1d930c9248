/** An egress-only internet gateway: the way out of a VPC for IPv6. Nothing passes through it. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { EgressOnlyInternetGateway } from '../../../../shapes/generated/ec2.ts';
import { table } from '../../../../store/store.ts';
import { type ResourceRecord, storedKind } from '../../resource/kind.ts';

export interface EgressOnlyGatewayRecord extends ResourceRecord {
  readonly vpcId: string;
}

export const egressOnlyGatewayKind = storedKind<EgressOnlyGatewayRecord>({
  type: 'egress-only-internet-gateway',
  prefix: 'eigw',
  table: table<EgressOnlyGatewayRecord>()({
    name: 'ec2.egress-only-gateways',
    key: ({ account, region, id }) => [account, region, id],
  }),
  notFound: ([id]) =>
    new AwsError(
      'InvalidEgressOnlyInternetGatewayId.NotFound',
      `The egress-only internet gateway ID '${id}' does not exist`,
    ),
  malformed: (id) =>
    new AwsError(
      'InvalidEgressOnlyInternetGatewayId.Malformed',
      `Invalid id: "${id}" (expecting "eigw-...")`,
    ),
  conditions: () => ({}),
});

export const showEgressOnlyGateway = ({
  id,
  vpcId,
  tags,
}: EgressOnlyGatewayRecord): EgressOnlyInternetGateway => ({
  EgressOnlyInternetGatewayId: id,
  Attachments: [{ State: 'attached', VpcId: vpcId }],
  Tags: [...tags],
});
