/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreatePlacementGroup.html */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CreatePlacementGroupRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { createdResources } from '../resource/arn.ts';
import { listResources, newId } from '../resource/kind.ts';
import { taggedCreationCheck } from '../resource/tag.ts';
import {
  findByName,
  type PlacementGroupRecord,
  placementGroupKind,
  showPlacementGroup,
} from './placement-group.ts';

/** In a Region; a quota. */
const MAX_GROUPS = 500;
const MAX_PARTITIONS = 7;
const DEFAULT_PARTITIONS = 2;
const NAME = /^[\x20-\x7e]{1,255}$/;

export default ec2.operation('CreatePlacementGroup', {
  unserved: ['LinkedGroupId', 'Operator', 'ParentGroupId', ['SpreadLevel', 'rack']],
  checks(context, input) {
    const plan = requested(input);
    const conditions = () => ({
      'ec2:PlacementGroupName': plan.name,
      'ec2:PlacementGroupStrategy': plan.strategy,
    });
    const action = 'ec2:CreatePlacementGroup';
    const { create, tag } = taggedCreationCheck(context, action, placementGroupKind, input, plan, conditions);
    return { group: create, tag };
  },
  async preconditions({ tx, account, region }, _input, { group: { plan } }) {
    if (await findByName(tx, { account, region }, plan.name)) {
      throw new AwsError(
        'InvalidPlacementGroup.Duplicate',
        `The Placement Group '${plan.name}' already exists.`,
      );
    }
    if ((await listResources(tx, placementGroupKind, { account, region })).length < MAX_GROUPS) return;
    throw new AwsError(
      'PlacementGroupLimitExceeded',
      `The maximum number of placement groups (${MAX_GROUPS}) has been reached.`,
    );
  },
  async execute({ account, region, tx, entropy }, _input, { group: { plan } }) {
    const id = newId(entropy, placementGroupKind.prefix);
    const made: PlacementGroupRecord = { ...plan, account, region, id };
    await placementGroupKind.records.put(tx, made);
    return { PlacementGroup: showPlacementGroup(made) };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, placementGroupKind.type, [output?.PlacementGroup?.GroupName]),
  },
});

function requested(input: CreatePlacementGroupRequest) {
  const { GroupName: name = '', Strategy: strategy = 'cluster', PartitionCount: count } = input;
  if (!name) throw new AwsError('MissingParameter', 'The request must contain the parameter groupName');
  if (!NAME.test(name)) {
    throw new AwsError('InvalidParameterValue', `Value (${name}) for parameter groupName is invalid.`);
  }
  if (strategy !== 'partition' && count !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The parameter PartitionCount is not supported with the strategy '${strategy}'.`,
    );
  }
  if (strategy !== 'spread' && input.SpreadLevel !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The parameter SpreadLevel is not supported with the strategy '${strategy}'.`,
    );
  }
  if (count !== undefined && (count < 1 || count > MAX_PARTITIONS)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${count}) for parameter PartitionCount is invalid. It must be between 1 and ${MAX_PARTITIONS}.`,
    );
  }
  return { name, strategy, partitions: strategy === 'partition' ? (count ?? DEFAULT_PARTITIONS) : undefined };
}
