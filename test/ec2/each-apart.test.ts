/** Requests with several ids, of which each has an outcome of its own in the reply: one that cannot be served stops no other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateFlowLogsCommand,
  CreateVpcEndpointCommand,
  DeleteFlowLogsCommand,
  DeleteVpcEndpointsCommand,
  DescribeFlowLogsCommand,
  DescribeInstanceCreditSpecificationsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  ModifyInstanceCreditSpecificationCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, allowing, denying } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const GONE = 'i-00000000000000000';
const modify = (world: World, ids: readonly string[], CpuCredits = 'standard', client = world.ec2) =>
  client.send(
    new ModifyInstanceCreditSpecificationCommand({
      InstanceCreditSpecifications: ids.map((InstanceId) => ({ InstanceId, CpuCredits })),
    }),
  );

test('CPU credits are changed of those that have some, and the others are listed', async (t) => {
  const world = await ec2World(t);
  const [burstable, fixed, ended] = [
    await world.run(),
    await world.run({ InstanceType: 'm5.large' }),
    await world.run(),
  ];
  await world.server.settled();
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [ended] }));
  await world.server.settled();
  const answer = await modify(world, [GONE, burstable, 'i-1', fixed, ended]);
  assert.deepEqual(answer.SuccessfulInstanceCreditSpecifications, [{ InstanceId: burstable }]);
  assert.deepEqual(
    answer.UnsuccessfulInstanceCreditSpecifications!.map(({ InstanceId, Error: error }) => [
      InstanceId,
      error!.Code,
    ]),
    [
      [GONE, 'InvalidInstanceID.NotFound'],
      ['i-1', 'InvalidInstanceID.Malformed'],
      [fixed, 'InstanceCreditSpecification.NotSupported'],
      [ended, 'IncorrectInstanceState'],
    ],
  );
  const shown = await world.ec2.send(
    new DescribeInstanceCreditSpecificationsCommand({ InstanceIds: [burstable] }),
  );
  assert.equal(shown.InstanceCreditSpecifications![0]!.CpuCredits, 'standard');
  const twice = await refusal(modify(world, [burstable, burstable]));
  assert.equal(twice.code, 'InvalidInstanceCreditSpecification.DuplicateInstanceId');
  assert.equal((await refusal(modify(world, [burstable], 'some'))).code, 'InvalidCpuCredits');
});

test('who may not change one of them changes none', async (t) => {
  const world = await ec2World(t);
  const [mine, other] = [await world.run(), await world.run()];
  await world.server.settled();
  const arn = `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${other}`;
  const ann = await world.user('ann', allowing('ec2:*'), {
    ...denying('ec2:ModifyInstanceCreditSpecification'),
    Resource: arn,
  });
  const refused = await refusal(modify(world, [mine, other], 'standard', ann.ec2));
  assert.equal(refused.code, 'UnauthorizedOperation');
  const shown = await world.ec2.send(
    new DescribeInstanceCreditSpecificationsCommand({ InstanceIds: [mine] }),
  );
  assert.equal(shown.InstanceCreditSpecifications![0]!.CpuCredits, 'unlimited');
});

test('flow logs and endpoints go, and what was not there is listed', async (t) => {
  const { ec2 } = await ec2World(t);
  const VpcId = (await ec2.send(new DescribeVpcsCommand({}))).Vpcs![0]!.VpcId!;
  const { FlowLogIds } = await ec2.send(
    new CreateFlowLogsCommand({
      ResourceIds: [VpcId],
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogGroupName: 'flows',
      DeliverLogsPermissionArn: `arn:aws:iam::${ACCOUNT}:role/flows`,
    }),
  );
  const noLog = 'fl-00000000000000000';
  const logs = await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [noLog, FlowLogIds![0]!, noLog] }));
  assert.deepEqual(
    logs.Unsuccessful!.map(({ ResourceId, Error: error }) => [ResourceId, error!.Code]),
    [[noLog, 'InvalidFlowLogId.NotFound']],
  );
  assert.deepEqual((await ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs, []);
  const malformed = await refusal(ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: ['fl-x'] })));
  assert.equal(malformed.code, 'InvalidFlowLogId.Malformed');

  const { VpcEndpoint } = await ec2.send(
    new CreateVpcEndpointCommand({ VpcId, ServiceName: 'com.amazonaws.us-east-1.s3' }),
  );
  const noEndpoint = 'vpce-00000000000000000';
  const VpcEndpointIds = [noEndpoint, VpcEndpoint!.VpcEndpointId!];
  const endpoints = await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }));
  assert.deepEqual(
    endpoints.Unsuccessful!.map(({ ResourceId, Error: error }) => [ResourceId, error!.Code]),
    [[noEndpoint, 'InvalidVpcEndpointId.NotFound']],
  );
  assert.deepEqual((await ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints, []);
});
