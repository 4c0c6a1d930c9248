/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html */
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { idsOfToken, rememberToken } from '../../resource/client-token.ts';
import { newId, ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { requireRoomInVpc } from '../../resource/quota.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { localRoutes, type RouteTableRecord } from '../network-records.ts';
import { routeTables } from '../networked.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { routeTableKind, showRouteTable } from './route-table.ts';

const ACTION = 'ec2:CreateRouteTable';
const { type, prefix } = routeTableKind;

export default ec2.operation('CreateRouteTable', {
  async checks(context, input) {
    const { create, tag } = taggedCreationCheck(context, ACTION, routeTableKind, input, {});
    return {
      routeTable: create,
      vpc: await ownResourceCheck(context, vpcKind, ACTION, input.VpcId),
      tag,
    };
  },
  async preconditions({ tx, account, region }, input, { vpc: { record: vpc } }) {
    if ((await idsOfToken(tx, { account, region }, 'CreateRouteTable', input))?.length) return;
    requireRoomInVpc(await routeTables.list(tx, vpc), vpc, 'RouteTableLimitExceeded', 'route tables');
  },
  async execute(context, input, { routeTable: { plan }, vpc: { record: vpc } }) {
    const { account, region, tx } = context;
    const [made] = (await idsOfToken(tx, context, 'CreateRouteTable', input)) ?? [];
    if (made) {
      return {
        RouteTable: showRouteTable(await requireResource(tx, routeTableKind, context, made)),
        ClientToken: input.ClientToken,
      };
    }
    const routeTable: RouteTableRecord = {
      account,
      region,
      id: newId(context.entropy, prefix),
      tags: plan.tags,
      vpcId: vpc.id,
      routes: localRoutes(vpc),
      associations: [],
    };
    await routeTables.put(tx, routeTable);
    rememberToken(tx, context, 'CreateRouteTable', input, [routeTable.id]);
    return { RouteTable: showRouteTable(routeTable), ClientToken: input.ClientToken };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, type, [output?.RouteTable?.RouteTableId]),
  },
});
