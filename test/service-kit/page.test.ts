/** Pages: the one piece that serves every listing, and listings of several services while what they list is deleted. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AutoScalingClient,
  CreateLaunchConfigurationCommand,
  DeleteLaunchConfigurationCommand,
  DescribeLaunchConfigurationsCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateUserCommand, DeleteUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import {
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  DeleteOrganizationalUnitCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { AwsError } from '../../src/aws/aws-error.ts';
import { pageOf } from '../../src/service-kit/page.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

describe('pages of what is at hand', () => {
  const invalidToken = () => new AwsError('InvalidToken', 'no token of ours');
  const place = (each: string) => [each];

  /** All pages of a list that loses an item after each page. */
  function listed(reverse: boolean, lose: (page: readonly string[]) => readonly string[]): string[] {
    let all = ['d', 'b', 'a', 'c', 'f', 'e'];
    const shown: string[] = [];
    let token: string | undefined;
    do {
      const page = pageOf({ token, limit: 2, invalidToken, reverse }, all, place);
      shown.push(...page.items);
      const lost = lose(page.items);
      all = all.filter((each) => !lost.includes(each));
      token = page.token;
    } while (token !== undefined);
    return shown;
  }

  test('go through the items in the order of their places, or against it', () => {
    assert.deepEqual(
      listed(false, () => []),
      ['a', 'b', 'c', 'd', 'e', 'f'],
    );
    assert.deepEqual(
      listed(true, () => []),
      ['f', 'e', 'd', 'c', 'b', 'a'],
    );
  });

  test('neither skip nor repeat where what was shown is gone', () => {
    for (const lose of [(page: readonly string[]) => page, (page: readonly string[]) => page.slice(-1)]) {
      assert.deepEqual(listed(false, lose), ['a', 'b', 'c', 'd', 'e', 'f']);
      assert.deepEqual(listed(true, lose), ['f', 'e', 'd', 'c', 'b', 'a']);
    }
  });

  test('refuse what is no token', () => {
    for (const token of [
      '',
      '!',
      Buffer.from('{}').toString('base64url'),
      Buffer.from('[null]').toString('base64url'),
    ]) {
      assert.throws(() => pageOf({ token, limit: 2, invalidToken }, ['a'], place), AwsError);
    }
  });
});

describe('a listing goes on where its marked item has gone', () => {
  let server: TestServer;
  before(async () => {
    server = await startServerFor(undefined);
  });
  after(() => server.close());

  interface Listing {
    list(token?: string): Promise<{ names: string[]; token?: string }>;
    remove(name: string): Promise<unknown>;
  }

  /** Removes the last item of the first page before the second is read; nothing else may be missing or repeated. */
  async function check({ list, remove }: Listing, all: readonly string[]): Promise<void> {
    const first = await list();
    assert.ok(first.token, 'there is a second page');
    await remove(first.names.at(-1)!);
    const shown = [...first.names];
    for (let token: string | undefined = first.token; token !== undefined; ) {
      const next = await list(token);
      shown.push(...next.names);
      token = next.token;
    }
    assert.deepEqual(shown.toSorted(), all.toSorted());
  }

  test('iam:ListUsers', async () => {
    const iam = server.client(IAMClient);
    const names = ['one', 'two', 'three', 'four', 'five'];
    for (const UserName of names) await iam.send(new CreateUserCommand({ UserName }));
    await check(
      {
        async list(Marker) {
          const { Users = [], Marker: token } = await iam.send(new ListUsersCommand({ Marker, MaxItems: 2 }));
          return { names: Users.map(({ UserName }) => UserName!), token };
        },
        remove: (UserName) => iam.send(new DeleteUserCommand({ UserName })),
      },
      names,
    );
    assert.equal(
      (await refusal(iam.send(new ListUsersCommand({ Marker: 'nonsense' })))).code,
      'ValidationError',
    );
  });

  test('organizations:ListOrganizationalUnitsForParent', async () => {
    const organizations = server.client(OrganizationsClient);
    await organizations.send(new CreateOrganizationCommand({}));
    const ParentId = (await organizations.send(new ListRootsCommand({}))).Roots![0]!.Id!;
    const ids: string[] = [];
    for (const Name of ['a', 'b', 'c', 'd', 'e']) {
      const made = await organizations.send(new CreateOrganizationalUnitCommand({ ParentId, Name }));
      ids.push(made.OrganizationalUnit!.Id!);
    }
    await check(
      {
        async list(NextToken) {
          const page = await organizations.send(
            new ListOrganizationalUnitsForParentCommand({ ParentId, NextToken, MaxResults: 2 }),
          );
          return { names: page.OrganizationalUnits!.map(({ Id }) => Id!), token: page.NextToken };
        },
        remove: (OrganizationalUnitId) =>
          organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId })),
      },
      ids,
    );
  });

  test('autoscaling:DescribeLaunchConfigurations', async () => {
    const groups = server.client(AutoScalingClient);
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const LaunchConfigurationName of names) {
      const ImageId = 'ami-00000000000000000';
      await groups.send(
        new CreateLaunchConfigurationCommand({ LaunchConfigurationName, ImageId, InstanceType: 't3.micro' }),
      );
    }
    await check(
      {
        async list(NextToken) {
          const page = await groups.send(
            new DescribeLaunchConfigurationsCommand({ NextToken, MaxRecords: 2 }),
          );
          const found = page.LaunchConfigurations!.map((each) => each.LaunchConfigurationName!);
          return { names: found, token: page.NextToken };
        },
        remove: (LaunchConfigurationName) =>
          groups.send(new DeleteLaunchConfigurationCommand({ LaunchConfigurationName })),
      },
      names,
    );
  });

  test('cloudformation:ListStacks, newest first', async () => {
    const stacks = server.client(CloudFormationClient);
    const TemplateBody = JSON.stringify({
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { Group: { Type: 'AWS::Logs::LogGroup', Condition: 'Never' } },
    });
    const names = Array.from({ length: 102 }, (_, index) => `s${String(index).padStart(3, '0')}`);
    await Promise.all(
      names.map((StackName) => stacks.send(new CreateStackCommand({ StackName, TemplateBody }))),
    );
    await server.settled();
    await check(
      {
        async list(NextToken) {
          const page = await stacks.send(
            new ListStacksCommand({ NextToken, StackStatusFilter: ['CREATE_COMPLETE'] }),
          );
          return { names: page.StackSummaries!.map(({ StackName }) => StackName!), token: page.NextToken };
        },
        async remove(StackName) {
          await stacks.send(new DeleteStackCommand({ StackName }));
          await server.settled();
        },
      },
      names,
    );
  });
});
