/** VPC Block Public Access: the account's choice, its exclusions, and what VPCs and subnets show of both. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-ec2';
import { ACCOUNT, allowing, REGION, userWith } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';

test('blocks hold for every VPC and subnet but those that are excluded', async (t) => {
  const server = await startServerFor(t);
  const ec2 = server.client(sdk.EC2Client);
  const { Vpcs: [vpc] = [] } = await ec2.send(new sdk.DescribeVpcsCommand({}));
  const { Subnets: [subnet] = [] } = await ec2.send(new sdk.DescribeSubnetsCommand({}));
  const [VpcId, SubnetId] = [vpc!.VpcId!, subnet!.SubnetId!];
  const options = async () =>
    (await ec2.send(new sdk.DescribeVpcBlockPublicAccessOptionsCommand({}))).VpcBlockPublicAccessOptions!;
  const choose = (InternetGatewayBlockMode: sdk.InternetGatewayBlockMode) =>
    ec2.send(new sdk.ModifyVpcBlockPublicAccessOptionsCommand({ InternetGatewayBlockMode }));
  const exclude = (input: Partial<sdk.CreateVpcBlockPublicAccessExclusionCommandInput>) =>
    ec2.send(
      new sdk.CreateVpcBlockPublicAccessExclusionCommand({
        InternetGatewayExclusionMode: 'allow-egress',
        ...input,
      }),
    );
  const shown = async () => {
    const vpcs = await ec2.send(new sdk.DescribeVpcsCommand({ VpcIds: [VpcId] }));
    const subnets = await ec2.send(new sdk.DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    return [vpcs.Vpcs![0]!, subnets.Subnets![0]!].map(
      ({ BlockPublicAccessStates }) => BlockPublicAccessStates!.InternetGatewayBlockMode,
    );
  };

  assert.deepEqual(await options(), {
    AwsAccountId: ACCOUNT,
    AwsRegion: REGION,
    State: 'default-state',
    InternetGatewayBlockMode: 'off',
    ManagedBy: 'account',
    ExclusionsAllowed: 'allowed',
  });
  assert.deepEqual(await shown(), ['off', 'off']);
  const { VpcBlockPublicAccessOptions: changing } = await choose('block-bidirectional');
  assert.equal(changing!.State, 'update-in-progress');
  assert.equal((await options()).State, 'update-complete');
  assert.deepEqual(await shown(), ['block-bidirectional', 'block-bidirectional']);

  const TagSpecifications: sdk.TagSpecification[] = [
    { ResourceType: 'vpc-block-public-access-exclusion', Tags: [{ Key: 'Name', Value: 'whole' }] },
  ];
  const { VpcBlockPublicAccessExclusion: whole } = await exclude({ VpcId, TagSpecifications });
  assert.equal(whole!.State, 'create-in-progress');
  assert.deepEqual(await shown(), ['block-ingress', 'block-ingress']);
  assert.equal((await refusal(exclude({ VpcId }))).code, 'InvalidParameterValue');
  assert.equal((await refusal(exclude({}))).code, 'InvalidParameterCombination');
  await exclude({ SubnetId, InternetGatewayExclusionMode: 'allow-bidirectional' });
  assert.deepEqual(await shown(), ['block-ingress', 'off']);

  const { ExclusionId } = whole as { ExclusionId: string };
  await ec2.send(
    new sdk.ModifyVpcBlockPublicAccessExclusionCommand({
      ExclusionId,
      InternetGatewayExclusionMode: 'allow-bidirectional',
    }),
  );
  const describe = (input: sdk.DescribeVpcBlockPublicAccessExclusionsCommandInput) =>
    ec2.send(new sdk.DescribeVpcBlockPublicAccessExclusionsCommand(input));
  const { VpcBlockPublicAccessExclusions: found } = await describe({
    Filters: [{ Name: 'tag:Name', Values: ['whole'] }],
  });
  const { CreationTimestamp: _, LastUpdateTimestamp: __, ...entry } = found![0]!;
  assert.deepEqual(entry, {
    ExclusionId,
    InternetGatewayExclusionMode: 'allow-bidirectional',
    ResourceArn: `arn:aws:ec2:us-east-1:123456789012:vpc/${VpcId}`,
    State: 'update-complete',
    Tags: [{ Key: 'Name', Value: 'whole' }],
  });
  const { VpcBlockPublicAccessExclusion: gone } = await ec2.send(
    new sdk.DeleteVpcBlockPublicAccessExclusionCommand({ ExclusionId }),
  );
  assert.equal(gone!.State, 'delete-in-progress');
  const missed = await refusal(describe({ ExclusionIds: [ExclusionId] }));
  assert.equal(missed.code, 'InvalidVpcBlockPublicAccessExclusionId.NotFound');
  assert.deepEqual(await shown(), ['block-bidirectional', 'off']);
  // With the subnet its exclusion ends.
  await ec2.send(new sdk.DeleteSubnetCommand({ SubnetId }));
  assert.deepEqual((await describe({})).VpcBlockPublicAccessExclusions, []);

  const reader = await userWith(server, 'reader', allowing('ec2:Describe*'));
  const denied = server
    .client(sdk.EC2Client, reader)
    .send(new sdk.ModifyVpcBlockPublicAccessOptionsCommand({ InternetGatewayBlockMode: 'off' }));
  assert.equal((await refusal(denied)).code, 'UnauthorizedOperation');
});
