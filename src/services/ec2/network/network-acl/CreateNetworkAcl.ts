/** With no entries of its own, it lets nothing through: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAcl.html */
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { idsOfToken, rememberToken } from '../../resource/client-token.ts';
import { newId, ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { requireRoomInVpc } from '../../resource/quota.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import type { NetworkAclRecord } from '../network-records.ts';
import { networkAcls, subnets } from '../networked.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { networkAclKind, showNetworkAcl } from './network-acl.ts';

const ACTION = 'ec2:CreateNetworkAcl';

export default ec2.operation('CreateNetworkAcl', {
  async checks(context, input) {
    const { create, tag } = taggedCreationCheck(context, ACTION, networkAclKind, input, {});
    return { acl: create, vpc: await ownResourceCheck(context, vpcKind, ACTION, input.VpcId), tag };
  },
  async preconditions({ tx, account, region }, input, { vpc: { record: vpc } }) {
    if ((await idsOfToken(tx, { account, region }, 'CreateNetworkAcl', input))?.length) return;
    requireRoomInVpc(await networkAcls.list(tx, vpc), vpc, 'NetworkAclLimitExceeded', 'network ACLs');
  },
  async execute(context, input, { acl: { plan }, vpc }) {
    const { account, region, tx } = context;
    const { ClientToken } = input;
    const [made] = (await idsOfToken(tx, context, 'CreateNetworkAcl', input)) ?? [];
    if (made) {
      const acl = await requireResource(tx, networkAclKind, context, made);
      return { NetworkAcl: showNetworkAcl(acl, await subnets.list(tx, context)), ClientToken };
    }
    const acl: NetworkAclRecord = {
      account,
      region,
      id: newId(context.entropy, networkAclKind.prefix),
      tags: plan.tags,
      vpcId: vpc.record.id,
      isDefault: false,
      entries: [],
    };
    await networkAcls.put(tx, acl);
    rememberToken(tx, context, 'CreateNetworkAcl', input, [acl.id]);
    return { NetworkAcl: showNetworkAcl(acl, []), ClientToken };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, networkAclKind.type, [output?.NetworkAcl?.NetworkAclId]),
  },
});
