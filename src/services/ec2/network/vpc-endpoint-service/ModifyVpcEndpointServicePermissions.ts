/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html */
import { ec2 } from '../../ec2.ts';
import { newId, ownResourceCheck } from '../../resource/kind.ts';
import { requirePrincipal, showPermission, vpcEndpointServiceKind } from './vpc-endpoint-service.ts';

const ACTION = 'ec2:ModifyVpcEndpointServicePermissions';

export default ec2.operation('ModifyVpcEndpointServicePermissions', {
  checks: async (context, { ServiceId: id }) => ({
    service: await ownResourceCheck(context, vpcEndpointServiceKind, ACTION, id),
  }),
  preconditions: (_context, { AddAllowedPrincipals: added = [] }) => added.forEach(requirePrincipal),
  async execute({ tx, entropy }, input, { service: { record } }) {
    const { AddAllowedPrincipals: wanted = [], RemoveAllowedPrincipals: unwanted = [] } = input;
    const kept = record.permissions.filter(({ principal }) => !unwanted.includes(principal));
    const present = new Set(kept.map(({ principal }) => principal));
    const added = [...new Set(wanted)]
      .filter((principal) => !present.has(principal))
      .map((principal) => ({ id: newId(entropy, 'vpce-svc-perm'), principal }));
    await vpcEndpointServiceKind.records.put(tx, { ...record, permissions: [...kept, ...added] });
    const AddedPrincipals = added.map((each) => {
      const { Tags: _none, ...shown } = showPermission(record.id, each);
      return shown;
    });
    return { AddedPrincipals, ReturnValue: true };
  },
});
