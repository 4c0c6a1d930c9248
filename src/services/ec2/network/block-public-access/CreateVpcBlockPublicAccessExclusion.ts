/** Of a VPC, or of a subnet: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcBlockPublicAccessExclusion.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources, ec2Arn } from '../../resource/arn.ts';
import { newId, ownResourceCheck } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { subnetKind } from '../subnet/subnet.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { type ExclusionRecord, exclusionKind, exclusionOf, showExclusion } from './block-public-access.ts';

const ACTION = 'ec2:CreateVpcBlockPublicAccessExclusion';

export default ec2.operation('CreateVpcBlockPublicAccessExclusion', {
  async checks(context, input) {
    const { VpcId: vpcId, SubnetId: subnetId } = input;
    if ((vpcId === undefined) === (subnetId === undefined)) {
      throw new AwsError(
        'InvalidParameterCombination',
        'Exactly one of the parameters VpcId and SubnetId must be specified.',
      );
    }
    const resourceArn = vpcId
      ? ec2Arn(context, vpcKind.type, vpcId)
      : ec2Arn(context, subnetKind.type, subnetId as string);
    const { create, tag } = taggedCreationCheck(context, ACTION, exclusionKind, input, { resourceArn });
    return {
      exclusion: create,
      vpc: vpcId ? await ownResourceCheck(context, vpcKind, ACTION, vpcId) : undefined,
      subnet: subnetId ? await ownResourceCheck(context, subnetKind, ACTION, subnetId) : undefined,
      tag,
    };
  },
  async preconditions({ tx }, _input, { exclusion: { plan } }) {
    if (!(await exclusionOf(tx, plan.resourceArn))) return;
    throw new AwsError('InvalidParameterValue', `${plan.resourceArn} has an exclusion already.`);
  },
  async execute({ tx, account, region, nowMs, entropy }, input, { exclusion: { plan } }) {
    const made: ExclusionRecord = {
      ...plan,
      account,
      region,
      id: newId(entropy, exclusionKind.prefix),
      mode: input.InternetGatewayExclusionMode,
      createdAtMs: nowMs,
    };
    await exclusionKind.records.put(tx, made);
    return { VpcBlockPublicAccessExclusion: { ...showExclusion(made), State: 'create-in-progress' } };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, exclusionKind.type, [output?.VpcBlockPublicAccessExclusion?.ExclusionId]),
  },
});
