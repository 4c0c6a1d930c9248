/** Prefix lists of the account and of AWS, and flow logs: records that rules, routes and other services name. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateFlowLogsCommand,
  type CreateFlowLogsCommandInput,
  CreateManagedPrefixListCommand,
  DeleteFlowLogsCommand,
  DeleteManagedPrefixListCommand,
  DescribeFlowLogsCommand,
  DescribeManagedPrefixListsCommand,
  DescribePrefixListsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, allowing, userWith } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let ec2: EC2Client;
before(async () => {
  server = await startServerFor(undefined);
  ec2 = server.client(EC2Client);
});
after(() => server.close());

describe('a prefix list', () => {
  const create = async () =>
    (
      await ec2.send(
        new CreateManagedPrefixListCommand({
          PrefixListName: 'partners',
          AddressFamily: 'IPv4',
          MaxEntries: 2,
          Entries: [{ Cidr: '192.0.2.0/24', Description: 'one' }],
        }),
      )
    ).PrefixList!;

  test('has versions of its entries, and no more of them than it may', async () => {
    const { PrefixListId, PrefixListArn, Version } = await create();
    assert.match(PrefixListArn!, new RegExp(`^arn:aws:ec2:us-east-1:${ACCOUNT}:prefix-list/pl-`));
    assert.equal(Version, 1);
    const modify = (input: object) =>
      ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, ...input }));
    const AddEntries = [{ Cidr: '198.51.100.0/24' }];
    const stateOf = async () => {
      const listed = { PrefixListIds: [PrefixListId!] };
      const { PrefixLists } = await ec2.send(new DescribeManagedPrefixListsCommand(listed));
      return PrefixLists![0]!.State;
    };
    assert.equal(await stateOf(), 'create-complete');
    await modify({ CurrentVersion: 1, AddEntries, RemoveEntries: [{ Cidr: '192.0.2.0/24' }] });
    assert.equal(await stateOf(), 'modify-complete');
    assert.equal(
      (await refusal(modify({ CurrentVersion: 1, AddEntries }))).code,
      'PrefixListVersionMismatch',
    );
    const many = ['10.0.0.0/8', '10.0.0.0/9'].map((Cidr) => ({ Cidr }));
    assert.equal((await refusal(modify({ AddEntries: many }))).code, 'PrefixListMaxEntriesExceeded');
    assert.equal((await refusal(modify({ AddEntries: [{ Cidr: 'ten' }] }))).code, 'InvalidParameterValue');
    const entries = async (TargetVersion?: number) => {
      const got = await ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId, TargetVersion }));
      return got.Entries!.map(({ Cidr }) => Cidr);
    };
    assert.deepEqual(await entries(), ['198.51.100.0/24']);
    assert.deepEqual(await entries(1), ['192.0.2.0/24']);
    assert.equal((await refusal(entries(9))).code, 'PrefixListVersionNotFound');
  });

  test('keeps the entries of so many versions that they are not too much for one record', async () => {
    const long = { PrefixListName: 'long', AddressFamily: 'IPv4', MaxEntries: 1000 } as const;
    const { PrefixList } = await ec2.send(new CreateManagedPrefixListCommand(long));
    const PrefixListId = PrefixList!.PrefixListId!;
    const add = (...cidrs: readonly string[]) =>
      ec2.send(
        new ModifyManagedPrefixListCommand({ PrefixListId, AddEntries: cidrs.map((Cidr) => ({ Cidr })) }),
      );
    for (let part = 0; part < 9; part++)
      await add(...Array.from({ length: 100 }, (_, at) => `10.${part}.${at}.0/24`));
    for (let at = 0; at < 12; at++) await add(`11.0.${at}.0/24`);
    const { PrefixLists } = await ec2.send(
      new DescribeManagedPrefixListsCommand({ PrefixListIds: [PrefixListId] }),
    );
    assert.equal(PrefixLists![0]!.Version, 22);
    const entries = (TargetVersion?: number) =>
      ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId, TargetVersion }));
    assert.equal((await entries(21)).Entries!.length, 911);
    assert.equal((await refusal(entries(1))).code, 'PrefixListVersionNotFound');
  });

  test('stands in a rule of a group, and is not deleted as long as it does', async () => {
    const { PrefixListId } = await create();
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
    const GroupId = SecurityGroups![0]!.GroupId;
    const rule = (PrefixListId: string | undefined) => ({
      GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, PrefixListIds: [{ PrefixListId }] }],
    });
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(rule(PrefixListId)));
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(rule('pl-63a5400a')));
    const unknown = new AuthorizeSecurityGroupIngressCommand(rule('pl-0123456789abcdef0'));
    assert.equal((await refusal(ec2.send(unknown))).code, 'InvalidPrefixListID.NotFound');
    const remove = new DeleteManagedPrefixListCommand({ PrefixListId });
    assert.equal((await refusal(ec2.send(remove))).code, 'PrefixListInUse');
    await ec2.send(new RevokeSecurityGroupIngressCommand(rule(PrefixListId)));
    await ec2.send(remove);
  });

  test('of AWS is there for everybody, under AWS’s id, and is nobody’s to change', async () => {
    const { PrefixLists } = await ec2.send(
      new DescribePrefixListsCommand({
        Filters: [{ Name: 'prefix-list-name', Values: ['com.amazonaws.us-east-1.s3'] }],
      }),
    );
    assert.equal(PrefixLists![0]!.PrefixListId, 'pl-63a5400a');
    const ofAws = new DescribeManagedPrefixListsCommand({ Filters: [{ Name: 'owner-id', Values: ['AWS'] }] });
    const [list] = (await ec2.send(ofAws)).PrefixLists!;
    assert.match(list!.PrefixListArn!, /^arn:aws:ec2:us-east-1:aws:prefix-list\/pl-/);
    const change = { PrefixListId: 'pl-63a5400a', PrefixListName: 'mine' };
    const refused = await refusal(ec2.send(new ModifyManagedPrefixListCommand(change)));
    assert.equal(refused.code, 'InvalidPrefixListID.NotFound');
  });
});

describe('a flow log', () => {
  test('is kept for a VPC, with the right to pass its role, once for each destination', async () => {
    const vpcId = (await ec2.send(new DescribeVpcsCommand({}))).Vpcs![0]!.VpcId!;
    const input: CreateFlowLogsCommandInput = {
      ResourceIds: [vpcId],
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogGroupName: 'flows',
      DeliverLogsPermissionArn: `arn:aws:iam::${ACCOUNT}:role/flows`,
    };
    const ann = server.client(EC2Client, await userWith(server, 'ann', allowing('ec2:*')));
    assert.match((await refusal(ann.send(new CreateFlowLogsCommand(input)))).message, /iam:PassRole/);
    const bare = new CreateFlowLogsCommand({ ...input, DeliverLogsPermissionArn: undefined });
    assert.equal((await refusal(ec2.send(bare))).code, 'InvalidParameter');
    const { FlowLogIds } = await ec2.send(new CreateFlowLogsCommand(input));
    assert.equal((await refusal(ec2.send(new CreateFlowLogsCommand(input)))).code, 'FlowLogAlreadyExists');
    const described = new DescribeFlowLogsCommand({ Filter: [{ Name: 'resource-id', Values: [vpcId] }] });
    const [log] = (await ec2.send(described)).FlowLogs!;
    assert.deepEqual([log!.FlowLogStatus, log!.MaxAggregationInterval], ['ACTIVE', 600]);
    assert.match(log!.LogFormat!, /^\$\{version\} \$\{account-id\} /);
    await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds }));
    assert.deepEqual((await ec2.send(described)).FlowLogs, []);
  });
});
