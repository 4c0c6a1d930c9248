/** Network ACLs: their entries, the subnets that go by them, and the default one. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeNetworkAclsCommand,
  type NetworkAcl,
  ReplaceNetworkAclAssociationCommand,
  ReplaceNetworkAclEntryCommand,
} from '@aws-sdk/client-ec2';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const ANYWHERE = '0.0.0.0/0';
const rules = ({ Entries: entries = [] }: NetworkAcl) =>
  entries.map((each) => [
    each.Egress ? 'out' : 'in',
    each.RuleNumber,
    each.RuleAction,
    each.Protocol,
    each.CidrBlock ?? each.Ipv6CidrBlock,
  ]);

async function aclWorld(t: TestContext) {
  const world = await ec2World(t);
  const { ec2 } = world;
  const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const VpcId = vpc!.VpcId!;
  const find = async (Name: string, value: string) =>
    (await ec2.send(new DescribeNetworkAclsCommand({ Filters: [{ Name, Values: [value] }] }))).NetworkAcls!;
  const create = async () => (await ec2.send(new CreateNetworkAclCommand({ VpcId }))).NetworkAcl!;
  const read = async (id: string | undefined) => (await find('network-acl-id', id!))[0]!;
  return { ...world, VpcId, find, create, read };
}

describe('a network ACL', () => {
  test('lets nothing through until it has entries, which are added, replaced and deleted', async (t) => {
    const { ec2, create, read, find } = await aclWorld(t);
    const { NetworkAclId, ...made } = await create();
    const last = (way: string) => [way, 32767, 'deny', '-1', ANYWHERE];
    assert.deepEqual(rules(made), [last('out'), last('in')]);
    assert.equal(made.IsDefault, false);

    const web = { NetworkAclId, RuleNumber: 110, Egress: false };
    const https = { Protocol: '6', RuleAction: 'allow', PortRange: { From: 443, To: 443 } } as const;
    await ec2.send(
      new CreateNetworkAclEntryCommand({ ...web, ...https, RuleNumber: 120, Ipv6CidrBlock: '::/0' }),
    );
    await ec2.send(new CreateNetworkAclEntryCommand({ ...web, ...https, CidrBlock: '100.68.0.18/18' }));
    const IcmpTypeCode = { Type: 8, Code: -1 };
    await ec2.send(
      new CreateNetworkAclEntryCommand({
        ...{ ...web, Egress: true, CidrBlock: ANYWHERE, RuleAction: 'deny' },
        ...{ Protocol: 'icmp', IcmpTypeCode },
      }),
    );
    const acl = await read(NetworkAclId);
    assert.deepEqual(rules(acl), [
      ['out', 110, 'deny', '1', ANYWHERE],
      last('out'),
      ['in', 110, 'allow', '6', '100.68.0.0/18'],
      ['in', 120, 'allow', '6', '::/0'],
      last('in'),
    ]);
    assert.deepEqual(acl.Entries![0]!.IcmpTypeCode, IcmpTypeCode);
    assert.deepEqual(acl.Entries![2]!.PortRange, { From: 443, To: 443 });
    for (const [name, value] of [
      ['entry.icmp.type', '8'],
      ['entry.ipv6-cidr', '::/0'],
      ['entry.port-range.from', '443'],
      ['entry.rule-number', '120'],
    ] as const) {
      assert.deepEqual(
        (await find(name, value)).map((each) => each.NetworkAclId),
        [NetworkAclId],
        name,
      );
    }

    await ec2.send(
      new ReplaceNetworkAclEntryCommand({
        ...{ ...web, Protocol: '-1', RuleAction: 'deny', CidrBlock: '10.1.0.0/16' },
      }),
    );
    await ec2.send(new DeleteNetworkAclEntryCommand({ ...web, RuleNumber: 120 }));
    assert.deepEqual(rules(await read(NetworkAclId)).slice(2), [
      ['in', 110, 'deny', '-1', '10.1.0.0/16'],
      last('in'),
    ]);
  });

  test('replaces that of a subnet, and can go only when no subnet goes by it', async (t) => {
    const { ec2, VpcId, create, find, read } = await aclWorld(t);
    const { Subnet: subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24' }));
    const [standard] = await find('association.subnet-id', subnet!.SubnetId!);
    assert.ok(standard!.IsDefault);
    const { NetworkAclId } = await create();
    const replace = async (to: string | undefined, AssociationId: string | undefined) =>
      (await ec2.send(new ReplaceNetworkAclAssociationCommand({ NetworkAclId: to, AssociationId })))
        .NewAssociationId;
    const before = standard!.Associations![0]!.NetworkAclAssociationId;
    const after = await replace(NetworkAclId, before);
    assert.deepEqual((await read(NetworkAclId)).Associations, [
      { NetworkAclAssociationId: after, NetworkAclId, SubnetId: subnet!.SubnetId },
    ]);
    assert.deepEqual((await read(standard!.NetworkAclId)).Associations ?? [], []);
    assert.equal((await refusal(replace(NetworkAclId, before))).code, 'InvalidAssociationID.NotFound');

    const remove = (id: string | undefined) => ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: id }));
    assert.equal((await refusal(remove(NetworkAclId))).code, 'DependencyViolation');
    await replace(standard!.NetworkAclId, after);
    assert.equal(
      (await refusal(ec2.send(new DeleteVpcCommand({ VpcId })))).code,
      'DependencyViolation',
      'its VPC stays while it has a subnet',
    );
    await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet!.SubnetId }));
    assert.equal((await refusal(ec2.send(new DeleteVpcCommand({ VpcId })))).code, 'DependencyViolation');
    await remove(NetworkAclId);
    assert.equal((await refusal(remove(NetworkAclId))).code, 'InvalidNetworkAclID.NotFound');
    assert.equal((await refusal(remove(standard!.NetworkAclId))).code, 'InvalidParameterValue');
    await ec2.send(new DeleteVpcCommand({ VpcId }));
  });

  test('as the default one has its entries taken and given back, as Terraform manages it', async (t) => {
    const { ec2, VpcId, find, read } = await aclWorld(t);
    const [acl] = await find('vpc-id', VpcId);
    const { NetworkAclId } = acl!;
    assert.equal(acl!.Entries!.length, 4);
    for (const Egress of [true, false]) {
      await ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId, Egress, RuleNumber: 100 }));
    }
    assert.ok((await read(NetworkAclId)).Entries!.every(({ RuleNumber }) => RuleNumber === 32767));
    const all = { NetworkAclId, Egress: true, RuleNumber: 100, Protocol: '-1', CidrBlock: ANYWHERE };
    await ec2.send(new CreateNetworkAclEntryCommand({ ...all, RuleAction: 'allow' }));
    assert.equal((await read(NetworkAclId)).Entries!.length, 3);
  });

  test('refuses what AWS refuses', async (t) => {
    const { ec2, VpcId, create, find } = await aclWorld(t);
    const { NetworkAclId } = await create();
    const valid = {
      ...{ NetworkAclId, Egress: true, RuleNumber: 1, Protocol: '-1', CidrBlock: ANYWHERE },
      RuleAction: 'allow',
    } as const;
    const entry = (change: object) => ec2.send(new CreateNetworkAclEntryCommand({ ...valid, ...change }));
    const codeOf = async (change: object) => (await refusal(entry(change))).code;
    await entry({});
    assert.deepEqual(await refusal(entry({})), {
      code: 'NetworkAclEntryAlreadyExists',
      message: 'The network acl entry identified by 1 already exists.',
      status: 400,
    });
    assert.equal(await codeOf({ RuleNumber: 32767 }), 'InvalidParameterValue');
    assert.equal(await codeOf({ RuleNumber: 0 }), 'InvalidParameterValue');
    assert.equal(await codeOf({ Protocol: 'carrier-pigeon' }), 'InvalidParameterValue');
    assert.equal(await codeOf({ RuleNumber: 2, Protocol: '6' }), 'InvalidParameterValue');
    assert.equal(await codeOf({ RuleNumber: 2, Protocol: '1' }), 'MissingParameter');
    assert.equal(await codeOf({ CidrBlock: undefined }), 'MissingParameter');
    assert.equal(await codeOf({ Ipv6CidrBlock: '::/0' }), 'InvalidParameterCombination');
    assert.equal(await codeOf({ CidrBlock: 'nowhere' }), 'InvalidParameterValue');
    for (let RuleNumber = 2; RuleNumber <= 20; RuleNumber++) await entry({ RuleNumber });
    assert.equal(await codeOf({ RuleNumber: 21 }), 'NetworkAclEntryLimitExceeded');

    const absent = { NetworkAclId, Egress: false, RuleNumber: 32767 };
    const { code } = await refusal(ec2.send(new DeleteNetworkAclEntryCommand(absent)));
    assert.equal(code, 'InvalidNetworkAclEntry.NotFound');
    const replacing = ec2.send(new ReplaceNetworkAclEntryCommand({ ...valid, RuleNumber: 99 }));
    assert.equal((await refusal(replacing)).code, 'InvalidNetworkAclEntry.NotFound');

    const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const CidrBlock = '10.0.0.0/24';
    await ec2.send(new CreateSubnetCommand({ VpcId: vpc!.VpcId, CidrBlock }));
    const [other] = await find('vpc-id', vpc!.VpcId!);
    assert.notEqual(vpc!.VpcId, VpcId);
    const AssociationId = other!.Associations![0]!.NetworkAclAssociationId;
    assert.match(
      (await refusal(ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId }))))
        .message,
      /belong to different networks/,
    );
  });
});
