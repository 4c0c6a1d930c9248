/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../../invoke/context.ts';
import type { Check } from '../../../../invoke/verdict.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck, ownResourceCheck } from '../../resource/kind.ts';
import { networkInterfaces } from '../network-interface/network-interface.ts';
import {
  addressCheck,
  type ElasticAddressRecord,
  elasticAddressKind,
  holderOf,
  holdersIn,
} from './elastic-address.ts';
import { giveBack } from './give-back.ts';

const ACTION = 'ec2:DisassociateAddress';

export default ec2.operation('DisassociateAddress', {
  async checks(context, { AssociationId: id, PublicIp }) {
    return {
      address: id ? await associationCheck(context, id) : await addressCheck(context, ACTION, { PublicIp }),
    };
  },
  async preconditions({ tx }, _input, { address: { record } }) {
    if (await holderOf(tx, record)) return;
    throw new AwsError('InvalidAssociationID.NotFound', `Address '${record.publicIp}' is not associated.`);
  },
  async execute(context, _input, { address: { record } }) {
    const holder = await holderOf(context.tx, record);
    if (holder) await giveBack(context, holder);
    return {};
  },
});

async function associationCheck(context: ResolveContext, id: string): Promise<Check<ElasticAddressRecord>> {
  const { tx, account, region } = context;
  const holders = await tx.find(networkInterfaces, 'elasticIp', { prefix: [account, region] });
  const found = holders.flatMap(holdersIn).find(([, { held }]) => held.elasticIp?.associationId === id);
  if (found) return ownResourceCheck(context, elasticAddressKind, ACTION, found[0]);
  const missing = new AwsError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);
  return { ...accountCheck(context, ACTION), record: undefined, missing };
}
