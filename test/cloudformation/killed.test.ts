/**
 * A server that dies while it makes a stack, at any moment: after it has started again, the stack is complete, and
 * nothing was made twice. A death is a store that commits nothing any more.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import * as ec2 from '@aws-sdk/client-ec2';
import { IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { KMSClient, ListAliasesCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { startServerFor, type TestServer } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

const TEMPLATE = {
  Resources: {
    Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } },
    Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/own', TargetKeyId: { Ref: 'Key' } } },
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: true } },
    Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.1.0/24' } },
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { GroupDescription: 'g', VpcId: { Ref: 'Vpc' } },
    },
    Ingress: {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        GroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] },
        IpProtocol: 'tcp',
        FromPort: 1,
        ToPort: 1,
        CidrIp: '10.0.0.0/8',
      },
    },
    User: { Type: 'AWS::IAM::User' },
    AccessKey: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: { Ref: 'User' } } },
    Template: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: { LaunchTemplateData: { InstanceType: 't3.micro' } },
    },
    Volume: {
      Type: 'AWS::EC2::Volume',
      Properties: { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId: { Ref: 'Key' } },
    },
  },
  Outputs: { Secret: { Value: { 'Fn::GetAtt': ['AccessKey', 'SecretAccessKey'] } } },
};

const ROOT = mkdtempSync(join(tmpdir(), 'latchkey-killed-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));

/**
 * Dies as soon as `calls` operations have been carried out for the stack's workflows, before their steps can note it:
 * whoever asks for a further transaction waits until the end.
 */
function dieAfter(server: TestServer, calls: number): { count(): number; close(): Promise<void> } {
  const { store } = server.latchkey.runtime;
  const transact = store.transact.bind(store);
  const waiting: ((error: Error) => void)[] = [];
  let seen = 0;
  store.transact = (body) => {
    if (seen >= calls) return new Promise((_resolve, reject) => waiting.push(reject));
    return transact((tx) => {
      const put: typeof tx.put = (table, record) => {
        if (table.name === 'invoke.kept-replies') seen++;
        tx.put(table, record);
      };
      const watched = new Proxy(tx, {
        get: (target, name) => {
          const member = Reflect.get(target, name);
          if (name === 'put') return put;
          return typeof member === 'function' ? member.bind(target) : member;
        },
      });
      return body(watched);
    });
  };
  return {
    count: () => seen,
    async close() {
      store.transact = () => Promise.reject(new Error('dead'));
      const closed = server.latchkey.close();
      for (const reject of waiting) reject(new Error('dead'));
      await closed;
    },
  };
}

const createStack = (server: TestServer) =>
  server.client(cf.CloudFormationClient).send(
    new cf.CreateStackCommand({
      StackName: 'own',
      TemplateBody: JSON.stringify(TEMPLATE),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );

/** How many there are of each thing that the template makes one of. */
async function counts(server: TestServer, userName: string) {
  const network = server.client(ec2.EC2Client);
  const Filters = [{ Name: 'tag:aws:cloudformation:stack-name', Values: ['own'] }];
  const [keys, aliases, vpcs, subnets, groups, templates, volumes, accessKeys] = await Promise.all([
    server.client(KMSClient).send(new ListKeysCommand({})),
    server.client(KMSClient).send(new ListAliasesCommand({})),
    network.send(new ec2.DescribeVpcsCommand({ Filters })),
    network.send(new ec2.DescribeSubnetsCommand({ Filters })),
    network.send(new ec2.DescribeSecurityGroupsCommand({ Filters })),
    network.send(new ec2.DescribeLaunchTemplatesCommand({})),
    network.send(new ec2.DescribeVolumesCommand({})),
    server.client(IAMClient).send(new ListAccessKeysCommand({ UserName: userName })),
  ]);
  return {
    keys: keys.Keys?.length,
    aliases: aliases.Aliases?.filter(({ AliasName }) => AliasName === 'alias/own').length,
    vpcs: vpcs.Vpcs?.length,
    subnets: subnets.Subnets?.length,
    groups: groups.SecurityGroups?.length,
    rules: groups.SecurityGroups?.flatMap(({ IpPermissions }) => IpPermissions).length,
    templates: templates.LaunchTemplates?.length,
    volumes: volumes.Volumes?.length,
    accessKeys: accessKeys.AccessKeyMetadata?.length,
  };
}

describe('a server that dies while it makes a stack', () => {
  const ONE_OF_EACH = {
    keys: 1,
    aliases: 1,
    vpcs: 1,
    subnets: 1,
    groups: 1,
    rules: 1,
    templates: 1,
    volumes: 1,
    accessKeys: 1,
  };
  /** As many calls as the template's resources take, and a few more. */
  for (const calls of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
    test(`after ${calls} calls`, async () => {
      const data = join(ROOT, String(calls));
      const first = await startServerFor(undefined, { data });
      const life = dieAfter(first, calls);
      await createStack(first);
      while (life.count() < calls) await new Promise((resolve) => setTimeout(resolve, 5));
      await life.close();

      const second = await startServerFor(undefined, { data });
      const stacks = stacksOf(second);
      const stack = await stacks.settled('own');
      assert.equal(stack.StackStatus, 'CREATE_COMPLETE', (await stacks.story('own')).join('\n'));
      assert.match(stack.Outputs?.[0]?.OutputValue ?? '', /^[\w/+]{40}$/);
      assert.deepEqual(await counts(second, await stacks.physicalId('own', 'User')), ONE_OF_EACH);
      await second.close();
    });
  }
});
