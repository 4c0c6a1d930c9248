/** To an internet gateway: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html. Other targets are not served. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { CreateRouteRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { findResource, ownResourceCheck, requireId } from '../../resource/kind.ts';
import { formatBlock, parseBlock } from '../address.ts';
import { internetGatewayKind } from '../internet-gateway/internet-gateway.ts';
import { routeTables } from '../networked.ts';
import { routeTableKind } from './route-table.ts';

export default ec2.operation('CreateRoute', {
  unserved: [
    'DestinationIpv6CidrBlock',
    'DestinationPrefixListId',
    'CarrierGatewayId',
    'CoreNetworkArn',
    'EgressOnlyInternetGatewayId',
    'InstanceId',
    'LocalGatewayId',
    'NatGatewayId',
    'NetworkInterfaceId',
    'OdbNetworkArn',
    'TransitGatewayId',
    'VpcEndpointId',
    'VpcPeeringConnectionId',
  ],
  async checks(context, input) {
    requireTarget(input);
    destinationOf(input.DestinationCidrBlock);
    const action = 'ec2:CreateRoute';
    return { routeTable: await ownResourceCheck(context, routeTableKind, action, input.RouteTableId) };
  },
  async preconditions(context, input, { routeTable: { record } }) {
    const id = input.GatewayId!;
    requireId(internetGatewayKind, id);
    const gateway = await findResource(context.tx, internetGatewayKind, context, id);
    if (!gateway) throw internetGatewayKind.notFound([id]);
    if (gateway.vpcId !== record.vpcId) {
      throw new AwsError(
        'InvalidParameterValue',
        `route table ${record.id} and network gateway ${id} belong to different networks`,
      );
    }
    const destination = destinationOf(input.DestinationCidrBlock);
    if (!record.routes.some((route) => route.destination === destination)) return;
    throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
  },
  async execute(context, input, { routeTable: { record } }) {
    const destination = destinationOf(input.DestinationCidrBlock);
    const route = { destination, gatewayId: input.GatewayId!, origin: 'CreateRoute' } as const;
    await routeTables.put(context.tx, { ...record, routes: [...record.routes, route] });
    return { Return: true };
  },
});

function requireTarget(input: CreateRouteRequest): void {
  if (!input.GatewayId) {
    throw new AwsError(
      'MissingParameter',
      'The request must contain exactly one of the parameters of a target',
    );
  }
}

function destinationOf(cidr: string | undefined): string {
  if (!cidr)
    throw new AwsError('MissingParameter', 'The request must contain the parameter destinationCidrBlock');
  const block = parseBlock(cidr);
  if (block) return formatBlock(block);
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${cidr}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
  );
}
