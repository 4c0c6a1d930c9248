/** By name or id; one that is not there is no error (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteKeyPair.html). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { ec2 } from '../ec2.ts';
import { ec2Arn } from '../resource/arn.ts';
import { accountCheck, findResource, requireId, resourceCheck } from '../resource/kind.ts';
import { findKeyPair, type KeyPairRecord, keyPairKind, keyPairs } from './key-pair.ts';

export default ec2.operation('DeleteKeyPair', {
  async checks(context, input) {
    const { KeyName: name, KeyPairId: id } = input;
    if (!name && !id)
      throw new AwsError('MissingParameter', 'The request must contain the parameter KeyName');
    if (id) requireId(keyPairKind, id);
    const found = id
      ? await findResource(context.tx, keyPairKind, context, id)
      : await findKeyPair(context.tx, context, name!);
    const check: Check<KeyPairRecord | undefined> = found
      ? await resourceCheck(context, keyPairKind, 'ec2:DeleteKeyPair', found.id)
      : {
          ...accountCheck(context, 'ec2:DeleteKeyPair'),
          record: undefined,
          resource: ec2Arn(context, 'key-pair', name ?? '*'),
        };
    return { keyPair: check };
  },
  execute(context, _input, { keyPair }) {
    const { record } = keyPair;
    if (record) context.tx.delete(keyPairs, [record.account, record.region, record.id]);
    return { Return: true, KeyPairId: record?.id };
  },
});
