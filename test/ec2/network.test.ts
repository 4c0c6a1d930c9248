/** The network around instances: the default VPC, VPCs and subnets, security groups and their rules. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type AccountAttributeName,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AttachNetworkInterfaceCommand,
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateDefaultSubnetCommand,
  type CreateDefaultSubnetCommandInput,
  CreateDefaultVpcCommand,
  CreateInternetGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteNetworkInterfaceCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeAccountAttributesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcClassicLinkCommand,
  DescribeVpcClassicLinkDnsSupportCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DetachNetworkInterfaceCommand,
  DisassociateRouteTableCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  ModifySecurityGroupRulesCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcTenancyCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
  TerminateInstancesCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, allowing, REGION, userWith, ZONE } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const newVpc = async (ec2: EC2Client, CidrBlock = '10.0.0.0/16') =>
  (await ec2.send(new CreateVpcCommand({ CidrBlock }))).Vpc!.VpcId!;
const newSubnet = async (ec2: EC2Client, VpcId: string, CidrBlock: string) =>
  (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: ZONE }))).Subnet!.SubnetId!;
const newGroup = async (ec2: EC2Client, GroupName: string, VpcId?: string) =>
  (await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: 'for a test', VpcId }))).GroupId!;
const inVpc = (vpcId: string) => ({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] });
const ssh = (CidrIp: string, Description?: string) => ({
  IpProtocol: 'tcp',
  FromPort: 22,
  ToPort: 22,
  IpRanges: [{ CidrIp, Description }],
});

describe('the default VPC', () => {
  test('is there before anything was made, with a subnet in each zone, a route to the internet and a security group', async (t) => {
    const { ec2 } = await ec2World(t);
    const { Vpcs: vpcs } = await ec2.send(new DescribeVpcsCommand({}));
    assert.deepEqual(
      vpcs!.map(({ CidrBlock, IsDefault }) => ({ CidrBlock, IsDefault })),
      [{ CidrBlock: '172.31.0.0/16', IsDefault: true }],
    );
    const VpcId = vpcs![0]!.VpcId!;
    const { Subnets: subnets } = await ec2.send(new DescribeSubnetsCommand(inVpc(VpcId)));
    assert.equal(new Set(subnets!.map(({ AvailabilityZone }) => AvailabilityZone)).size, 6);
    assert.ok(subnets!.every((subnet) => subnet.DefaultForAz && subnet.MapPublicIpOnLaunch));
    // Of a /20, five addresses are AWS's own.
    assert.ok(subnets!.every(({ AvailableIpAddressCount }) => AvailableIpAddressCount === 4091));

    const { InternetGateways: gateways } = await ec2.send(new DescribeInternetGatewaysCommand({}));
    assert.deepEqual(gateways![0]!.Attachments, [{ State: 'available', VpcId }]);
    const { RouteTables: tables } = await ec2.send(new DescribeRouteTablesCommand(inVpc(VpcId)));
    assert.deepEqual(
      tables![0]!.Routes!.map(({ DestinationCidrBlock, GatewayId }) => [DestinationCidrBlock, GatewayId]),
      [
        ['172.31.0.0/16', 'local'],
        ['0.0.0.0/0', gateways![0]!.InternetGatewayId],
      ],
    );
    const { NetworkAcls: acls } = await ec2.send(new DescribeNetworkAclsCommand(inVpc(VpcId)));
    assert.equal(acls![0]!.Associations!.length, 6);

    const { SecurityGroups: groups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
    const [group] = groups!;
    assert.equal(group!.GroupName, 'default');
    assert.deepEqual(group!.IpPermissions![0]!.UserIdGroupPairs, [
      { GroupId: group!.GroupId, UserId: ACCOUNT },
    ]);
    assert.deepEqual(group!.IpPermissionsEgress![0]!.IpRanges, [{ CidrIp: '0.0.0.0/0' }]);

    const attributes = async (...names: string[]) => {
      const AttributeNames = names as AccountAttributeName[];
      const shown = await ec2.send(new DescribeAccountAttributesCommand({ AttributeNames }));
      return shown.AccountAttributes!.map(({ AttributeName, AttributeValues: [value] = [] }) => [
        AttributeName,
        value!.AttributeValue,
      ]);
    };
    assert.deepEqual(await attributes('default-vpc'), [['default-vpc', VpcId]]);
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html
    assert.deepEqual(await attributes('max-elastic-ips', 'vpc-max-security-groups-per-interface'), [
      ['vpc-max-security-groups-per-interface', '5'],
      ['max-elastic-ips', '5'],
    ]);
  });

  test('keeps its ids when a change first stores it, and is another in each account and region', async (t) => {
    const { ec2, server } = await ec2World(t);
    const before = (await ec2.send(new DescribeSubnetsCommand({}))).Subnets!;
    await ec2.send(
      new CreateTagsCommand({ Resources: [before[0]!.SubnetId!], Tags: [{ Key: 'a', Value: 'b' }] }),
    );
    const after = (await ec2.send(new DescribeSubnetsCommand({}))).Subnets!;
    const ids = (subnets: typeof before) => subnets.map(({ SubnetId }) => SubnetId);
    assert.deepEqual(ids(after), ids(before));
    assert.deepEqual(after[0]!.Tags, [{ Key: 'a', Value: 'b' }]);

    const others = [
      server.client(EC2Client, await server.root('111122223333')),
      server.client(EC2Client, undefined, { region: 'eu-west-1' }),
    ];
    for (const other of others) {
      const { Subnets: foreign } = await other.send(new DescribeSubnetsCommand({}));
      assert.ok(foreign!.length >= 3);
      assert.ok(foreign!.every(({ SubnetId }) => !ids(before).includes(SubnetId)));
    }
  });

  /** Takes the default VPC away with all that is in it, and gives its id. */
  async function deleteDefault(ec2: EC2Client): Promise<string> {
    const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({}));
    const VpcId = vpc!.VpcId!;
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand(inVpc(VpcId)));
    for (const { SubnetId } of Subnets!) await ec2.send(new DeleteSubnetCommand({ SubnetId }));
    const { InternetGateways: [gateway] = [] } = await ec2.send(new DescribeInternetGatewaysCommand({}));
    const InternetGatewayId = gateway!.InternetGatewayId!;
    await ec2.send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }));
    await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
    await ec2.send(new DeleteVpcCommand({ VpcId }));
    return VpcId;
  }

  test('is made anew once it is gone, with all that belongs to it, and instances start in it', async (t) => {
    const { ec2, run } = await ec2World(t);
    assert.deepEqual(await refusal(ec2.send(new CreateDefaultVpcCommand({}))), {
      code: 'DefaultVpcAlreadyExists',
      message: 'A Default VPC already exists for this account in this region.',
      status: 400,
    });
    const before = await deleteDefault(ec2);
    assert.equal((await refusal(run())).code, 'VPCIdNotSpecified');
    const lost = new CreateDefaultSubnetCommand({ AvailabilityZone: ZONE });
    assert.equal((await refusal(ec2.send(lost))).code, 'DefaultVpcDoesNotExist');

    const { Vpc: vpc } = await ec2.send(new CreateDefaultVpcCommand({}));
    assert.deepEqual([vpc!.CidrBlock, vpc!.IsDefault, vpc!.State], ['172.31.0.0/16', true, 'pending']);
    assert.notEqual(vpc!.VpcId, before);
    const within = inVpc(vpc!.VpcId!);
    const { Subnets: subnets } = await ec2.send(new DescribeSubnetsCommand(within));
    assert.equal(subnets!.filter(({ DefaultForAz }) => DefaultForAz).length, 6);
    const { RouteTables: [table] = [] } = await ec2.send(new DescribeRouteTablesCommand(within));
    const { InternetGateways: [gateway] = [] } = await ec2.send(new DescribeInternetGatewaysCommand({}));
    assert.equal(table!.Routes![1]!.GatewayId, gateway!.InternetGatewayId);
    assert.equal((await ec2.send(new DescribeSecurityGroupsCommand(within))).SecurityGroups!.length, 1);
    assert.equal((await ec2.send(new DescribeNetworkAclsCommand(within))).NetworkAcls!.length, 1);
    await run();
  });

  test('gets the default subnet of a zone again, of the next free block', async (t) => {
    const { ec2, server } = await ec2World(t);
    const again = (input: CreateDefaultSubnetCommandInput) => ec2.send(new CreateDefaultSubnetCommand(input));
    assert.equal(
      (await refusal(again({ AvailabilityZone: ZONE }))).code,
      'DefaultSubnetAlreadyExistsInAvailabilityZone',
    );
    assert.equal((await refusal(again({}))).code, 'MissingParameter');
    assert.equal((await refusal(again({ AvailabilityZone: 'us-east-1x' }))).code, 'InvalidParameterValue');
    const both = { AvailabilityZone: ZONE, AvailabilityZoneId: 'use1-az1' };
    assert.equal((await refusal(again(both))).code, 'InvalidParameterCombination');

    const { Subnets: all } = await ec2.send(new DescribeSubnetsCommand({}));
    const first = all!.find(({ AvailabilityZone }) => AvailabilityZone === ZONE)!;
    await ec2.send(new DeleteSubnetCommand({ SubnetId: first.SubnetId }));
    // What lies where it was: the new one is the first that is free.
    await newSubnet(ec2, first.VpcId!, '172.31.0.0/24');
    const { Subnet: made } = await again({ AvailabilityZoneId: 'use1-az1' });
    assert.deepEqual(
      [made!.VpcId, made!.AvailabilityZone, made!.CidrBlock, made!.DefaultForAz, made!.MapPublicIpOnLaunch],
      [first.VpcId, ZONE, '172.31.96.0/20', true, true],
    );
    const nobody = server.client(EC2Client, await userWith(server, 'nobody', allowing('ec2:CreateSubnet')));
    const denied = await refusal(nobody.send(new CreateDefaultSubnetCommand({ AvailabilityZone: ZONE })));
    assert.equal(denied.code, 'UnauthorizedOperation');
  });
});

describe('a VPC', () => {
  test('comes with a group, a main route table and an ACL of its own, and takes them with it', async (t) => {
    const { ec2 } = await ec2World(t);
    const VpcId = await newVpc(ec2, '10.0.3.7/16');
    const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
    assert.equal(vpc!.CidrBlock, '10.0.0.0/16');
    assert.equal(vpc!.IsDefault, false);
    // As Ansible looks for it, and what it asks of the one it finds.
    const byBlock = { Filters: [{ Name: 'cidr-block', Values: ['10.0.0.0/16'] }] };
    assert.equal((await ec2.send(new DescribeVpcsCommand(byBlock))).Vpcs!.length, 1);
    const linked = await ec2.send(new DescribeVpcClassicLinkCommand({ VpcIds: [VpcId] }));
    assert.deepEqual(linked.Vpcs, [{ VpcId, ClassicLinkEnabled: false, Tags: [] }]);
    const resolving = await ec2.send(new DescribeVpcClassicLinkDnsSupportCommand({ VpcIds: [VpcId] }));
    assert.deepEqual(resolving.Vpcs, [{ VpcId, ClassicLinkDnsSupported: false }]);
    const parts = async () => [
      (await ec2.send(new DescribeSecurityGroupsCommand(inVpc(VpcId)))).SecurityGroups!.length,
      (await ec2.send(new DescribeRouteTablesCommand(inVpc(VpcId)))).RouteTables!.length,
      (await ec2.send(new DescribeNetworkAclsCommand(inVpc(VpcId)))).NetworkAcls!.length,
    ];
    assert.deepEqual(await parts(), [1, 1, 1]);
    await ec2.send(new DeleteVpcCommand({ VpcId }));
    assert.deepEqual(await parts(), [0, 0, 0]);
    assert.deepEqual(await refusal(ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }))), {
      code: 'InvalidVpcID.NotFound',
      message: `The vpc ID '${VpcId}' does not exist`,
      status: 400,
    });
  });

  test('does not go while anything is in it', async (t) => {
    const { ec2 } = await ec2World(t);
    const VpcId = await newVpc(ec2);
    const SubnetId = await newSubnet(ec2, VpcId, '10.0.1.0/24');
    const violation = {
      code: 'DependencyViolation',
      message: `The vpc '${VpcId}' has dependencies and cannot be deleted.`,
      status: 400,
    };
    assert.deepEqual(await refusal(ec2.send(new DeleteVpcCommand({ VpcId }))), violation);
    await ec2.send(new DeleteSubnetCommand({ SubnetId }));
    const GroupId = await newGroup(ec2, 'web', VpcId);
    assert.deepEqual(await refusal(ec2.send(new DeleteVpcCommand({ VpcId }))), violation);
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await ec2.send(new DeleteVpcCommand({ VpcId }));
  });

  test('has attributes that change one at a time', async (t) => {
    const { ec2 } = await ec2World(t);
    const VpcId = await newVpc(ec2);
    const hostnames = async () =>
      (await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' })))
        .EnableDnsHostnames!.Value;
    assert.equal(await hostnames(), false);
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
    assert.equal(await hostnames(), true);
    const both = { VpcId, EnableDnsHostnames: { Value: true }, EnableDnsSupport: { Value: true } };
    assert.equal(
      (await refusal(ec2.send(new ModifyVpcAttributeCommand(both)))).code,
      'InvalidParameterCombination',
    );
  });

  for (const [cidr, code] of [
    ['10.0.0.0', 'InvalidParameterValue'],
    ['10.0.0.256/16', 'InvalidParameterValue'],
    ['10.0.0.0/15', 'InvalidVpc.Range'],
    ['10.0.0.0/29', 'InvalidVpc.Range'],
  ] as const) {
    test(`of ${cidr} is refused with ${code}`, async (t) => {
      const { ec2 } = await ec2World(t);
      assert.equal((await refusal(newVpc(ec2, cidr))).code, code);
    });
  }
});

describe('a subnet', () => {
  test('lies within its VPC and beside the others', async (t) => {
    const { ec2 } = await ec2World(t);
    const VpcId = await newVpc(ec2);
    await newSubnet(ec2, VpcId, '10.0.1.0/24');
    const codes = await Promise.all(
      ['10.0.1.128/25', '10.0.0.0/16', '10.1.0.0/24', '10.0.2.0/29'].map(
        async (cidr) => (await refusal(newSubnet(ec2, VpcId, cidr))).code,
      ),
    );
    assert.deepEqual(codes, [
      'InvalidSubnet.Conflict',
      'InvalidSubnet.Conflict',
      'InvalidSubnet.Range',
      'InvalidSubnet.Range',
    ]);
    assert.equal(
      (
        await refusal(
          ec2.send(new CreateSubnetCommand({ VpcId: 'vpc-0123456789abcdef0', CidrBlock: '10.0.9.0/24' })),
        )
      ).code,
      'InvalidVpcID.NotFound',
    );
  });

  test('gives its instances addresses, and stays while they have them', async (t) => {
    const world = await ec2World(t);
    const { ec2, server } = world;
    const VpcId = await newVpc(ec2);
    const SubnetId = await newSubnet(ec2, VpcId, '10.0.1.0/28');
    await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    const instanceId = await world.run({ SubnetId });
    await server.settled();
    const instance = await world.instance(instanceId);
    assert.match(instance.PrivateIpAddress!, /^10\.0\.1\.(?:[4-9]|1[0-4])$/);
    assert.ok(instance.PublicIpAddress);
    const { NetworkInterfaces: interfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({
        Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }],
      }),
    );
    assert.equal(interfaces![0]!.PrivateIpAddress, instance.PrivateIpAddress);
    assert.equal(interfaces![0]!.Status, 'in-use');
    const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    assert.equal(subnet!.AvailableIpAddressCount, 10);

    const deletion = () => ec2.send(new DeleteSubnetCommand({ SubnetId }));
    assert.equal((await refusal(deletion())).code, 'DependencyViolation');
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    await server.settled();
    await deletion();
  });
});

/** Permissions and ranges come in no order that AWS tells of. */
const sorted = ({ IpPermissions: permissions = [] }: SecurityGroup) =>
  permissions
    .map((permission) => ({
      ...permission,
      IpRanges: permission.IpRanges!.sort((one, other) => one.CidrIp!.localeCompare(other.CidrIp!)),
    }))
    .sort((one, other) => one.IpProtocol!.localeCompare(other.IpProtocol!));

describe('a security group', () => {
  test('lets everything out and nothing in, until rules say otherwise', async (t) => {
    const { ec2 } = await ec2World(t);
    const GroupId = await newGroup(ec2, 'web');
    const group = async () =>
      (await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))).SecurityGroups![0]!;
    assert.deepEqual((await group()).IpPermissions, []);
    assert.equal((await group()).IpPermissionsEgress![0]!.IpProtocol, '-1');

    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          ssh('10.1.2.3/8', 'office'),
          { ...ssh('192.168.0.0/16'), UserIdGroupPairs: [{ GroupId }] },
        ],
      }),
    );
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: '17', FromPort: 53, ToPort: 53, Ipv6Ranges: [{ CidrIpv6: '::/0' }] }],
      }),
    );
    assert.deepEqual(sorted(await group()), [
      {
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'office' }, { CidrIp: '192.168.0.0/16' }],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [{ GroupId, UserId: ACCOUNT }],
      },
      {
        IpProtocol: 'udp',
        FromPort: 53,
        ToPort: 53,
        IpRanges: [],
        Ipv6Ranges: [{ CidrIpv6: '::/0' }],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ]);
    await ec2.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: 'udp', FromPort: 53, ToPort: 53, Ipv6Ranges: [{ CidrIpv6: '::/0' }] }],
      }),
    );
    assert.equal((await group()).IpPermissions!.length, 1);
  });

  test('has rules with ids, which can be tagged, changed, described and revoked by them', async (t) => {
    const { ec2 } = await ec2World(t);
    const GroupId = await newGroup(ec2, 'web');
    const made = await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [ssh('10.0.0.0/8')],
        TagSpecifications: [{ ResourceType: 'security-group-rule', Tags: [{ Key: 'a', Value: 'b' }] }],
      }),
    );
    const SecurityGroupRuleId = made.SecurityGroupRules![0]!.SecurityGroupRuleId!;
    const rule = async () =>
      (await ec2.send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [SecurityGroupRuleId] })))
        .SecurityGroupRules![0]!;
    assert.deepEqual((await rule()).Tags, [{ Key: 'a', Value: 'b' }]);

    const SecurityGroupRule = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIpv4: '0.0.0.0/0' };
    await ec2.send(
      new ModifySecurityGroupRulesCommand({
        GroupId,
        SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
      }),
    );
    await ec2.send(
      new UpdateSecurityGroupRuleDescriptionsIngressCommand({
        GroupId,
        SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId, Description: 'the web' }],
      }),
    );
    const { FromPort, CidrIpv4, Description, IsEgress } = await rule();
    assert.deepEqual([FromPort, CidrIpv4, Description, IsEgress], [443, '0.0.0.0/0', 'the web', false]);

    await ec2.send(
      new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [SecurityGroupRuleId] }),
    );
    assert.equal((await refusal(rule())).code, 'InvalidSecurityGroupRuleId.NotFound');
  });

  test('of the default VPC is told which rules it has not, and loses the others', async (t) => {
    const { ec2 } = await ec2World(t);
    const GroupId = await newGroup(ec2, 'web');
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ssh('10.0.0.0/8')] }));
    const IpPermissions = [ssh('10.9.0.0/16'), ssh('10.0.0.0/8')];
    const revoked = await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    assert.equal(revoked.Return, true);
    assert.deepEqual(
      revoked.RevokedSecurityGroupRules!.map(({ CidrIpv4 }) => CidrIpv4),
      ['10.0.0.0/8'],
    );
    assert.deepEqual(revoked.UnknownIpPermissions, [
      {
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        IpRanges: [{ CidrIp: '10.9.0.0/16' }],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ]);
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    assert.deepEqual(SecurityGroups![0]!.IpPermissions, []);
    const rest = await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
    assert.equal(rest.UnknownIpPermissions!.length, 1);
    assert.deepEqual(rest.RevokedSecurityGroupRules, []);
  });

  test('refuses what AWS refuses, in its words', async (t) => {
    const { ec2 } = await ec2World(t);
    const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({}));
    const GroupId = await newGroup(ec2, 'web');
    const authorize = (IpPermissions: object[]) =>
      refusal(ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions })));
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ssh('0.0.0.0/0')] }));

    assert.deepEqual(await authorize([ssh('0.0.0.0/0', 'again')]), {
      code: 'InvalidPermission.Duplicate',
      message: 'the specified rule "peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW" already exists',
      status: 400,
    });
    assert.deepEqual(await refusal(newGroup(ec2, 'web')), {
      code: 'InvalidGroup.Duplicate',
      message: `The security group 'web' already exists for VPC '${vpc!.VpcId}'`,
      status: 400,
    });
    const twice = [ssh('10.0.0.0/8'), ssh('10.0.0.0/8')];
    assert.equal((await authorize(twice)).message, 'The same permission must not appear multiple times');
    assert.equal((await authorize([ssh('nowhere')])).message, 'CIDR block nowhere is malformed');
    assert.match(
      (await authorize([{ IpProtocol: 'tcp', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }])).message,
      /both from and to ports/,
    );
    assert.match(
      (await authorize([{ ...ssh('0.0.0.0/0'), FromPort: 23 }])).message,
      /Invalid TCP\/UDP port range \(23:22\)/,
    );
    const icmp = async (FromPort?: number, ToPort?: number) =>
      (await authorize([{ IpProtocol: 'icmp', FromPort, ToPort, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]))
        .message;
    assert.equal(await icmp(0, 65_535), 'ICMP code (65535) out of range');
    assert.equal(await icmp(256, -1), 'ICMP type (256) out of range');
    assert.match(await icmp(8), /'Must specify both from and to ports with ICMP\.' for portRange/);
    const icmpv6 = { IpProtocol: 'icmpv6', Ipv6Ranges: [{ CidrIpv6: '::/0' }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [icmpv6] }));
    assert.equal(
      (await authorize([{ ...ssh('0.0.0.0/0'), IpProtocol: 'sctpp' }])).code,
      'InvalidParameterValue',
    );
    const unknown = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-0123456789abcdef0' }] };
    assert.deepEqual(await authorize([unknown]), {
      code: 'InvalidGroup.NotFound',
      message: "The security group 'sg-0123456789abcdef0' does not exist",
      status: 400,
    });
    const elsewhere = await newGroup(ec2, 'web', await newVpc(ec2));
    const gone = { GroupId: elsewhere, IpPermissions: [ssh('10.9.0.0/16')] };
    assert.equal(
      (await refusal(ec2.send(new RevokeSecurityGroupIngressCommand(gone)))).code,
      'InvalidPermission.NotFound',
    );
    assert.equal((await refusal(newGroup(ec2, 'sg-web'))).code, 'InvalidParameterValue');
    assert.equal((await refusal(newGroup(ec2, 'default'))).code, 'InvalidParameterValue');
    assert.equal(
      (await refusal(ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ['web'] })))).code,
      'InvalidGroupId.Malformed',
    );
  });

  test('stays while an instance or another group needs it, and the default one always', async (t) => {
    const world = await ec2World(t);
    const { ec2, server } = world;
    const GroupId = await newGroup(ec2, 'web');
    const other = await newGroup(ec2, 'behind');
    const toWeb = { GroupId: other, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }] };
    await ec2.send(new AuthorizeSecurityGroupEgressCommand(toWeb));
    const deletion = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    const violation = {
      code: 'DependencyViolation',
      message: `resource ${GroupId} has a dependent object`,
      status: 400,
    };
    assert.deepEqual(await refusal(deletion()), violation);
    await ec2.send(new RevokeSecurityGroupEgressCommand(toWeb));

    const instanceId = await world.run({ SecurityGroupIds: [GroupId] });
    await server.settled();
    assert.deepEqual(await refusal(deletion()), violation);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    await server.settled();
    await deletion();

    assert.equal(
      (await refusal(ec2.send(new DeleteSecurityGroupCommand({ GroupName: 'default' })))).code,
      'CannotDelete',
    );
  });
});

describe('a way to the internet', () => {
  test('is a gateway, a route table with a route to it, and a subnet associated with that', async (t) => {
    const { ec2 } = await ec2World(t);
    const VpcId = await newVpc(ec2);
    const SubnetId = await newSubnet(ec2, VpcId, '10.0.1.0/24');
    const { InternetGateway: gateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const InternetGatewayId = gateway!.InternetGatewayId!;
    const { RouteTable: table } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    const RouteTableId = table!.RouteTableId!;
    const route = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: InternetGatewayId };
    const create = () => ec2.send(new CreateRouteCommand(route));
    assert.equal((await refusal(create())).code, 'InvalidParameterValue');
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    assert.equal(
      (await refusal(ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId })))).code,
      'Resource.AlreadyAssociated',
    );
    const { InternetGateway: second } = await ec2.send(new CreateInternetGatewayCommand({}));
    const occupied = await refusal(
      ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: second!.InternetGatewayId, VpcId })),
    );
    assert.deepEqual(
      [occupied.code, occupied.message],
      ['InvalidParameterValue', `Network ${VpcId} already has an internet gateway attached`],
    );
    await create();
    assert.equal((await refusal(create())).code, 'RouteAlreadyExists');
    const { Subnets: others } = await ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }),
    );
    const foreign = { RouteTableId, SubnetId: others![0]!.SubnetId };
    assert.match(
      (await refusal(ec2.send(new AssociateRouteTableCommand(foreign)))).message,
      new RegExp(`Route table ${RouteTableId} and subnet ${foreign.SubnetId} belong to different networks`),
    );
    const { AssociationId } = await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    assert.equal(
      (await refusal(ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId })))).code,
      'Resource.AlreadyAssociated',
    );
    const bySubnet = { Filters: [{ Name: 'association.subnet-id', Values: [SubnetId] }] };
    const { RouteTables: found } = await ec2.send(new DescribeRouteTablesCommand(bySubnet));
    assert.deepEqual(
      found!.map((each) => [each.RouteTableId, each.Routes!.length]),
      [[RouteTableId, 2]],
    );

    const stateOfRoute = async () => {
      const { RouteTables } = await ec2.send(
        new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }),
      );
      return RouteTables![0]!.Routes!.at(-1)!.State;
    };
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    assert.equal(await stateOfRoute(), 'blackhole');
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    assert.equal(await stateOfRoute(), 'active');

    const deletion = () => ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
    assert.equal((await refusal(deletion())).code, 'DependencyViolation');
    await ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
    const local = new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: '10.0.0.0/16' });
    assert.equal((await refusal(ec2.send(local))).code, 'InvalidParameterValue');
    await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0' }));
    await deletion();
    assert.equal(
      (await refusal(ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId })))).code,
      'DependencyViolation',
    );
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
    await ec2.send(new DeleteSubnetCommand({ SubnetId }));
    await ec2.send(new DeleteVpcCommand({ VpcId }));
  });
});

describe('a network interface', () => {
  test('of one’s own becomes an instance’s primary one, and outlives it', async (t) => {
    const world = await ec2World(t);
    const { ec2, server } = world;
    const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    const SubnetId = subnet!.SubnetId!;
    const address = subnet!.CidrBlock!.replace(/\.0\/20$/, '.77');
    const create = (PrivateIpAddress: string) =>
      ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, PrivateIpAddress, Description: 'fixed' }));
    const NetworkInterfaceId = (await create(address)).NetworkInterface!.NetworkInterfaceId!;
    assert.equal((await refusal(create(address))).code, 'InvalidIPAddress.InUse');
    assert.equal((await refusal(create('10.99.0.1'))).code, 'InvalidParameterValue');

    const NetworkInterfaces = [{ DeviceIndex: 0, NetworkInterfaceId }];
    const instanceId = await world.run({ NetworkInterfaces });
    await server.settled();
    assert.equal((await world.instance(instanceId)).PrivateIpAddress, address);
    assert.equal((await refusal(world.run({ NetworkInterfaces }))).code, 'InvalidNetworkInterface.InUse');
    const deletion = () => ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    assert.deepEqual(await refusal(deletion()), {
      code: 'InvalidParameterValue',
      message: `Network interface '${NetworkInterfaceId}' is currently in use.`,
      status: 400,
    });

    const GroupId = await newGroup(ec2, 'moved');
    const modify = (change: object) =>
      ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, ...change }));
    await modify({ Groups: [GroupId] });
    await modify({ SourceDestCheck: { Value: false } });
    const instance = await world.instance(instanceId);
    assert.deepEqual(instance.SecurityGroups, [{ GroupId, GroupName: 'moved' }]);
    assert.equal(instance.SourceDestCheck, false);

    const second = (await create(address.replace('.77', '.78'))).NetworkInterface!.NetworkInterfaceId!;
    const attach = (DeviceIndex: number) =>
      ec2.send(
        new AttachNetworkInterfaceCommand({
          InstanceId: instanceId,
          NetworkInterfaceId: second,
          DeviceIndex,
        }),
      );
    assert.equal((await refusal(attach(0))).code, 'InvalidParameterValue');
    const { AttachmentId } = await attach(1);
    const { NetworkInterfaces: both } = await world.instance(instanceId);
    assert.deepEqual(
      both!.map((each) => each.NetworkInterfaceId),
      [NetworkInterfaceId, second],
    );
    const { AttachmentId: own } = both![0]!.Attachment!;
    const goesWithInstance = async () => {
      const { NetworkInterfaces } = await world.instance(instanceId);
      return NetworkInterfaces!.map(({ Attachment }) => Attachment!.DeleteOnTermination);
    };
    for (const DeleteOnTermination of [true, false]) {
      await modify({ Attachment: { AttachmentId: own, DeleteOnTermination } });
      assert.deepEqual(await goesWithInstance(), [DeleteOnTermination, false]);
    }
    for (const other of [AttachmentId, 'eni-attach-0123456789abcdef0']) {
      const change = modify({ Attachment: { AttachmentId: other, DeleteOnTermination: true } });
      assert.deepEqual(await refusal(change), {
        code: 'InvalidAttachmentID.NotFound',
        message: `The attachment ID '${other}' does not exist`,
        status: 400,
      });
    }
    assert.deepEqual(await goesWithInstance(), [false, false]);
    await ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId }));
    const primary = new DetachNetworkInterfaceCommand({ AttachmentId: own });
    assert.equal((await refusal(ec2.send(primary))).code, 'OperationNotPermitted');

    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    await server.settled();
    assert.equal((await refusal(ec2.send(primary))).code, 'InvalidAttachmentID.NotFound');
    const { NetworkInterfaces: [left] = [] } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [NetworkInterfaceId] }),
    );
    assert.equal(left!.Status, 'available');
    await deletion();
    assert.equal((await refusal(deletion())).code, 'InvalidNetworkInterfaceID.NotFound');
  });
});

test('the network is authorized resource by resource', async (t) => {
  const world = await ec2World(t);
  const { ec2 } = world;
  const tagged = (key: string) => [
    { ResourceType: 'security-group' as const, Tags: [{ Key: key, Value: '1' }] },
  ];
  const group = { GroupName: 'team', Description: 'of the team', TagSpecifications: tagged('team') };
  const john = await world.user(
    'john',
    allowing('ec2:CreateSecurityGroup'),
    {
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: '*',
      Condition: { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup', 'aws:RequestTag/team': '1' } },
    },
    {
      Effect: 'Allow',
      Action: 'ec2:AuthorizeSecurityGroupIngress',
      Resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/*`,
      Condition: { StringEquals: { 'aws:ResourceTag/team': '1' } },
    },
    {
      Effect: 'Allow',
      Action: 'ec2:ModifyVpcAttribute',
      Resource: '*',
      Condition: { StringEquals: { 'ec2:Attribute': 'EnableDnsHostnames' } },
    },
  );
  const { GroupId } = await john.ec2.send(new CreateSecurityGroupCommand(group));
  const untagged = { ...group, GroupName: 'other', TagSpecifications: tagged('other') };
  assert.equal(
    (await refusal(john.ec2.send(new CreateSecurityGroupCommand(untagged)))).code,
    'UnauthorizedOperation',
  );

  const ingress = (id: string) =>
    john.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: [ssh('10.0.0.0/8')] }),
    );
  await ingress(GroupId!);
  const foreign = await newGroup(ec2, 'foreign');
  const denied = await refusal(ingress(foreign));
  assert.equal(denied.code, 'UnauthorizedOperation');
  assert.match(
    denied.message,
    new RegExp(
      `ec2:AuthorizeSecurityGroupIngress on resource: arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/${foreign}`,
    ),
  );
  assert.deepEqual(
    (
      await refusal(
        john.ec2.send(new CreateSecurityGroupCommand({ ...group, GroupName: 'dry', DryRun: true })),
      )
    ).code,
    'DryRunOperation',
  );

  const VpcId = await newVpc(ec2);
  await john.ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const support = john.ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: true } }));
  assert.equal((await refusal(support)).code, 'UnauthorizedOperation');
});

test('a dedicated VPC is made an ordinary one, and not the other way', async (t) => {
  const { ec2 } = await ec2World(t);
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', InstanceTenancy: 'dedicated' }),
  );
  const VpcId = Vpc!.VpcId!;
  const tenancy = async () =>
    (await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }))).Vpcs?.[0]?.InstanceTenancy;
  assert.equal(await tenancy(), 'dedicated');
  const change = (InstanceTenancy: 'default') =>
    ec2.send(new ModifyVpcTenancyCommand({ VpcId, InstanceTenancy }));
  assert.equal((await refusal(change('dedicated' as 'default'))).code, 'UnsupportedTenancy');
  assert.equal((await change('default')).ReturnValue, true);
  assert.equal(await tenancy(), 'default');
  assert.equal((await refusal(change('default'))).code, 'InvalidTenancy');
});
