/** VPC endpoints: records of a network, whose policies hold the calls that come through them. */
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, before, describe, test } from 'node:test';
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  type CreateVpcEndpointCommandInput,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import { CreateKeyCommand, DescribeKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, lookupEvents, policy, REGION, statement, userWith } from '../worlds/account.ts';
import { type Credentials, refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let ec2: EC2Client;
let vpcId: string;
before(async () => {
  server = await startServerFor(undefined);
  ec2 = server.client(EC2Client);
  vpcId = (await ec2.send(new DescribeVpcsCommand({}))).Vpcs![0]!.VpcId!;
});
after(() => server.close());

const KMS = `com.amazonaws.${REGION}.kms`;
const create = async (input: Partial<CreateVpcEndpointCommandInput> = {}) =>
  (
    await ec2.send(
      new CreateVpcEndpointCommand({
        VpcId: vpcId,
        VpcEndpointType: 'Interface',
        ServiceName: KMS,
        ...input,
      }),
    )
  ).VpcEndpoint!;
const describedEndpoint = async (id: string) =>
  (await ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }))).VpcEndpoints![0]!;

/** A client of KMS that comes through an endpoint, from an address of its VPC where one is given. */
const through = (id: string, credentials: Credentials, sourceIp?: string) =>
  new KMSClient({
    endpoint: `${server.url}/${id}${sourceIp ? `/${sourceIp}` : ''}`,
    region: REGION,
    credentials,
    maxAttempts: 1,
  });

describe('an endpoint', () => {
  test('has interfaces in subnets, names, and the default group, and takes them away with it', async () => {
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
    const [one, two] = Subnets!.map(({ SubnetId }) => SubnetId!);
    const made = await create({ SubnetIds: [one!] });
    assert.equal(made.State, 'pending');
    const id = made.VpcEndpointId!;
    const found = await describedEndpoint(id);
    assert.equal(found.State, 'available');
    assert.deepEqual(
      found.Groups!.map(({ GroupName }) => GroupName),
      ['default'],
    );
    assert.match(
      found.DnsEntries![0]!.DnsName!,
      new RegExp(`^${id}-\\w+\\.kms\\.us-east-1\\.vpce\\.amazonaws\\.com$`),
    );
    await ec2.send(
      new ModifyVpcEndpointCommand({ VpcEndpointId: id, AddSubnetIds: [two!], RemoveSubnetIds: [one!] }),
    );
    const changed = await describedEndpoint(id);
    assert.deepEqual(changed.SubnetIds, [two]);
    const interfaces = new DescribeNetworkInterfacesCommand({
      NetworkInterfaceIds: changed.NetworkInterfaceIds,
    });
    assert.equal(
      (await ec2.send(interfaces)).NetworkInterfaces![0]!.Description,
      `VPC Endpoint Interface ${id}`,
    );
    // The interface of a subnet that stays is the one that it was.
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: id, AddSubnetIds: [one!] }));
    const both = (await describedEndpoint(id)).NetworkInterfaceIds!;
    assert.equal(both.length, 2);
    assert.ok(both.includes(changed.NetworkInterfaceIds![0]!));
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: id, RemoveSubnetIds: [one!] }));
    assert.deepEqual((await describedEndpoint(id)).NetworkInterfaceIds, changed.NetworkInterfaceIds);
    const { CidrBlock: block } = Subnets!.find(({ SubnetId }) => SubnetId === two)!;
    const Ipv4 = block!.replace(/\d+\/\d+$/, '77');
    const name = (SubnetId: string, Ipv4: string) =>
      ec2.send(
        new ModifyVpcEndpointCommand({ VpcEndpointId: id, SubnetConfigurations: [{ SubnetId, Ipv4 }] }),
      );
    await name(two!, Ipv4);
    const { NetworkInterfaceIds } = await describedEndpoint(id);
    const named = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds }));
    assert.deepEqual(
      named.NetworkInterfaces!.map(({ PrivateIpAddress }) => PrivateIpAddress),
      [Ipv4],
    );
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'of-the-endpoint', Description: 'its own' }),
    );
    const RemoveSecurityGroupIds = changed.Groups!.map(({ GroupId: group }) => group!);
    await ec2.send(
      new ModifyVpcEndpointCommand({
        VpcEndpointId: id,
        AddSecurityGroupIds: [GroupId!],
        RemoveSecurityGroupIds,
      }),
    );
    const regrouped = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds }));
    assert.deepEqual(
      regrouped.NetworkInterfaces![0]!.Groups!.map(({ GroupId: group }) => group),
      [GroupId],
    );
    assert.equal((await refusal(name(one!, Ipv4))).code, 'InvalidParameter');
    assert.equal((await refusal(name(two!, '10.99.0.1'))).code, 'InvalidParameterValue');
    await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }));
    assert.equal((await refusal(ec2.send(interfaces))).code, 'InvalidNetworkInterfaceID.NotFound');
    assert.equal((await refusal(describedEndpoint(id))).code, 'InvalidVpcEndpointId.NotFound');
  });

  test('of a gateway has a route in each of its tables, to the prefix list of its service', async () => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const tables = new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [Vpc!.VpcId!] }] });
    const routes = async () => (await ec2.send(tables)).RouteTables![0]!.Routes!;
    const RouteTableIds = [(await ec2.send(tables)).RouteTables![0]!.RouteTableId!];
    const gateway = {
      VpcId: Vpc!.VpcId,
      VpcEndpointType: 'Gateway',
      ServiceName: `com.amazonaws.${REGION}.s3`,
    } as const;
    const { VpcEndpointId } = await create({ ...gateway, RouteTableIds });
    const added = (await routes()).find(({ GatewayId }) => GatewayId === VpcEndpointId);
    assert.equal(added!.DestinationPrefixListId, 'pl-63a5400a');
    const remove = new DeleteVpcCommand({ VpcId: Vpc!.VpcId });
    assert.equal((await refusal(ec2.send(remove))).code, 'DependencyViolation');
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, RemoveRouteTableIds: RouteTableIds }));
    assert.equal((await routes()).length, 1);
    await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId!] }));
    await ec2.send(remove);
  });

  test('is refused to what is no service, in the wrong form, or without the names that it needs', async () => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }));
    const refused = async (input: Partial<CreateVpcEndpointCommandInput>) =>
      (await refusal(create(input))).code;
    assert.equal(await refused({ ServiceName: 'com.amazonaws.us-east-1.nothing' }), 'InvalidServiceName');
    assert.equal(await refused({ VpcEndpointType: 'Gateway' }), 'InvalidParameter');
    assert.equal(await refused({ RouteTableIds: ['rtb-0123456789abcdef0'] }), 'InvalidParameter');
    assert.equal(await refused({ VpcId: Vpc!.VpcId }), 'InvalidParameter');
    assert.equal(await refused({ PolicyDocument: '{"Statement":[{}]}' }), 'InvalidPolicyDocument');
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: '10.1.0.0/24' }),
    );
    assert.equal(await refused({ SubnetIds: [Subnet!.SubnetId!] }), 'InvalidParameter');
    const { ServiceDetails } = await ec2.send(
      new DescribeVpcEndpointServicesCommand({
        Filters: [{ Name: 'service-type', Values: ['Gateway'] }],
      }),
    );
    assert.deepEqual(
      ServiceDetails!.map(({ ServiceName }) => ServiceName),
      ['dynamodb', 's3'].map((name) => `com.amazonaws.${REGION}.${name}`),
    );
  });
});

describe('a call that comes through an endpoint', () => {
  test('is held by its policy, which is explained', async () => {
    const PolicyDocument = policy(statement('kms:List*', { Principal: '*' }));
    const { VpcEndpointId: id } = await create({ PolicyDocument });
    const kms = through(id!, await server.root());
    await kms.send(new ListKeysCommand({}));
    const denied = await refusal(kms.send(new CreateKeyCommand({})));
    assert.match(denied.message, /because no VPC endpoint policy allows the kms:CreateKey action$/);
    const [event] = await lookupEvents(server, { AttributeKey: 'EventName', AttributeValue: 'CreateKey' });
    assert.deepEqual([event!.vpcEndpointId, event!.vpcEndpointAccountId], [id, ACCOUNT]);
    const { text } = await server.ask<{ text: string }>('explain', { subject: event!.eventID });
    assert.match(text, /The VPC endpoint policy does not allow kms:CreateKey/);
    assert.match(text, /Add this statement to the policy of VPC endpoint vpce-\w+/);
    assert.match(text, /Verified/);

    const Deny = statement('kms:CreateKey', { Effect: 'Deny', Principal: '*' });
    const forbidding = policy(statement('*', { Principal: '*' }), Deny);
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: id, PolicyDocument: forbidding }));
    assert.match(
      (await refusal(kms.send(new CreateKeyCommand({})))).message,
      /with an explicit deny in a VPC endpoint policy$/,
    );
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: id, ResetPolicy: true }));
    await kms.send(new CreateKeyCommand({}));
  });

  test('has aws:SourceVpce, aws:SourceVpc and aws:VpcSourceIp, and no aws:SourceIp', async () => {
    const { VpcEndpointId: id } = await create();
    const key = await server.client(KMSClient).send(new CreateKeyCommand({}));
    const only = (name: string, Condition: object) =>
      userWith(server, name, statement('kms:DescribeKey', { Condition }));
    const users = {
      'by-endpoint': { StringEquals: { 'aws:SourceVpce': id } },
      'by-vpc': { StringEquals: { 'aws:SourceVpc': vpcId } },
      'by-address': { IpAddress: { 'aws:VpcSourceIp': '172.31.5.0/24' } },
      'by-no-ip': { Null: { 'aws:SourceIp': 'true' } },
    };
    const describe = new DescribeKeyCommand({ KeyId: key.KeyMetadata!.KeyId });
    for (const [name, Condition] of Object.entries(users)) {
      const credentials = await only(name, Condition);
      await through(id!, credentials, '172.31.5.9').send(describe);
      const direct = server.client(KMSClient, credentials).send(describe);
      assert.equal((await refusal(direct)).code, 'AccessDeniedException', name);
    }
    // What is no address is none, and the call comes from one of the endpoint's own.
    const elsewhere = await only('elsewhere', { IpAddress: { 'aws:VpcSourceIp': '172.31.6.0/24' } });
    await through(id!, elsewhere, '172.31.6.1').send(describe);
    const anywhere = await only('anywhere', { IpAddress: { 'aws:VpcSourceIp': '172.31.0.0/16' } });
    for (const address of ['172.31.5.9', '172.31.6.256', '6.1']) {
      const call = through(id!, elsewhere, address).send(describe);
      assert.equal((await refusal(call)).code, 'AccessDeniedException', address);
      await through(id!, anywhere, address).send(describe);
    }
  });

  test('comes by a name of its own, too', async () => {
    const { VpcEndpointId: id } = await create({});
    const { port } = new URL(server.url);
    const agent = new Agent({
      lookup: (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    const kms = new KMSClient({
      endpoint: `http://${id}.localhost:${port}`,
      region: REGION,
      credentials: await server.root(),
      requestHandler: { httpAgent: agent },
    });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'by a name' }));
    assert.ok(KeyMetadata);
    const [event] = await lookupEvents(server, { AttributeKey: 'EventName', AttributeValue: 'CreateKey' });
    assert.deepEqual([event!.vpcEndpointId, event!.vpcEndpointAccountId], [id, ACCOUNT]);
  });

  test('is refused where there is no such endpoint, or it leads to another service', async () => {
    const root = await server.root();
    const nowhere = through('vpce-0123456789abcdef0', root).send(new ListKeysCommand({}));
    const unknown = await refusal(nowhere);
    assert.match(unknown.message, /^There is no VPC endpoint vpce-0123456789abcdef0/);
    assert.deepEqual([unknown.code, unknown.status], ['AccessDenied', 403]);
    const { VpcEndpointId: id } = await create({ ServiceName: `com.amazonaws.${REGION}.sts` });
    const other = await refusal(through(id!, root).send(new ListKeysCommand({})));
    assert.match(other.message, /leads to sts, and the request is for kms/);
    assert.deepEqual([other.code, other.status], ['AccessDenied', 403]);
  });

  test('and its services go on without it', async () => {
    const { VpcEndpointId: id } = await create({
      ServiceName: `com.amazonaws.${REGION}.ec2`,
      PolicyDocument: policy(statement('ec2:*', { Principal: '*' })),
    });
    const ann = await userWith(server, 'ann', allowing('ec2:*', 'kms:*'));
    const client = new EC2Client({ endpoint: `${server.url}/${id}`, region: REGION, credentials: ann });
    const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
    const volume = await client.send(
      new CreateVolumeCommand({
        AvailabilityZone: 'us-east-1a',
        Size: 1,
        Encrypted: true,
        KmsKeyId: KeyMetadata!.Arn,
      }),
    );
    assert.ok(volume.VolumeId);
    client.destroy();
  });
});
