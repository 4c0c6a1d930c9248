/** The policy simulator: decisions are the evaluator's, and answers have the form of AWS's simulator. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  type ContextEntry,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  CreateUserCommand,
  type EvaluationResult,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  GetUserCommand,
  IAMClient,
  type PolicyIdentifier,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import * as orgs from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import {
  ACCOUNT,
  allow,
  allowing,
  credentialsOf,
  deny,
  newUser,
  policy,
  rootOf,
  statement,
  trust,
} from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';
import { turnsDuring } from '../worlds/turns.ts';

const JOHN = `arn:aws:iam::${ACCOUNT}:user/john`;
const inDepartment = { Condition: { StringEquals: { 'aws:PrincipalTag/Department': 'qa' } } };

async function simulator(t: Parameters<typeof startServerFor>[0]) {
  const server = await startServerFor(t);
  const iam = server.client(IAMClient);
  const simulate = async (
    PolicyInputList: string[],
    more: Partial<SimulateCustomPolicyCommandInput> = {},
    ActionNames = ['s3:GetObject'],
  ) => {
    const { EvaluationResults = [] } = await iam.send(
      new SimulateCustomPolicyCommand({ PolicyInputList, ActionNames, ...more }),
    );
    return EvaluationResults;
  };
  const refused = (more: Partial<SimulateCustomPolicyCommandInput>, documents = [allow('*')]) =>
    refusal(simulate(documents, more));
  return { server, iam, simulate, refused };
}

describe('a simulation of given policies', () => {
  let of: Awaited<ReturnType<typeof simulator>>;
  before(async () => {
    of = await simulator(undefined);
  });
  after(() => of.server.close());

  test('tells the decision and the statements that made it, by their place in the document', async () => {
    const { simulate } = of;
    const [allowed] = await simulate([
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}',
    ]);
    assert.deepEqual(allowed, {
      EvalActionName: 's3:GetObject',
      EvalResourceName: '*',
      EvalDecision: 'allowed',
      MatchedStatements: [
        {
          SourcePolicyId: 'PolicyInputList.1',
          SourcePolicyType: 'IAM Policy',
          StartPosition: { Line: 1, Column: 38 },
          EndPosition: { Line: 1, Column: 95 },
        },
      ],
      MissingContextValues: [],
    });
    const [denied] = await simulate([allow('s3:*'), deny('s3:Get*'), deny('s3:GetObject')]);
    assert.equal(denied?.EvalDecision, 'explicitDeny');
    assert.deepEqual(
      denied?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId),
      ['PolicyInputList.2', 'PolicyInputList.3'],
    );
    const [nothing] = await simulate([]);
    assert.equal(nothing?.EvalDecision, 'implicitDeny');
    assert.deepEqual(nothing?.MatchedStatements, []);
  });

  test('finds the statement wherever it stands and however it is written', async () => {
    const { simulate } = of;
    const statement =
      '{"Effect": "Allow", "Sid": "s", "Action": ["s3:Get*", "s3:GetObject"], "Resource": ["*"]}';
    const other = '{"Effect":"Allow","Action":"kms:*","Resource":"*"}';
    const version = '"Version": "2012-10-17"';
    for (const document of [
      `{${version}, "Statement": ${statement}}`,
      `{"Statement": ${statement}, ${version}}`,
      `{"Statement":[${statement}],${version},"Id":"Statement [{ \\" }]"}`,
      `{"Id":"Statement",${version},"Statement":[${other},\n  ${statement}]}`,
      `{\n  ${version},\n  "Statement": [\n    ${statement},\n    ${other}\n  ]\n}`,
    ]) {
      const [result] = await simulate([document]);
      const [{ StartPosition, EndPosition } = {}, ...more] = result?.MatchedStatements ?? [];
      assert.deepEqual(more, []);
      const at = ({ Line = 0, Column = 0 } = {}) =>
        document
          .split('\n')
          .slice(0, Line - 1)
          .join('\n').length +
        Math.min(Line - 1, 1) +
        Column -
        1;
      const found = document.slice(at(StartPosition), at(EndPosition)).replace(/^[\s,]*\{?/, '{');
      assert.equal(found, statement, document);
    }
  });

  test('takes the context, and names the keys that it lacks where nothing allows', async () => {
    const { simulate } = of;
    const document = allow('s3:GetObject', inDepartment);
    const [without] = await simulate([document]);
    assert.equal(without?.EvalDecision, 'implicitDeny');
    assert.deepEqual(without?.MissingContextValues, ['aws:PrincipalTag/Department']);
    const context = (value: string) => ({
      ContextEntries: [
        {
          ContextKeyName: 'aws:principaltag/department',
          ContextKeyType: 'string' as const,
          ContextKeyValues: [value],
        },
      ],
    });
    assert.equal((await simulate([document], context('qa')))[0]?.EvalDecision, 'allowed');
    const [other] = await simulate([document], context('dev'));
    assert.equal(other?.EvalDecision, 'implicitDeny');
    assert.deepEqual(other?.MissingContextValues, []);
  });

  test('takes values of the type that they are said to have, and several for a list alone', async () => {
    const { simulate, refused } = of;
    for (const [type, good, bad, expected] of [
      ['numeric', ['0', '-1.5', '+.5e3'], ['', 'x', '1.5.2', '0x10'], 'numeric format'],
      ['date', ['2026-01-01T00:00:00Z', '2026-01-01', '1767225600'], ['', 'soon'], 'DateTime format'],
      ['ip', ['10.0.0.1', '2001:db8::1'], ['', '10.0.0', '300.0.0.1'], 'IP address'],
      ['binary', ['QmFzZTY0', ''], ['%'], 'base-64 encoded binary format'],
      ['boolean', ['true', 'perhaps'], [], ''],
      ['string', ['', 'any'], [], ''],
    ] as const) {
      const entries = (ContextKeyType: string, ContextKeyValues: string[]) => ({
        ContextEntries: [{ ContextKeyName: 'app:k', ContextKeyType, ContextKeyValues } as ContextEntry],
      });
      for (const value of good) await simulate([allow('*')], entries(type, [value]));
      for (const value of bad)
        assert.deepEqual(await refused(entries(type, [value])).then(({ code, message }) => [code, message]), [
          'InvalidInput',
          `Invalid context value for key app:k: expected ${expected}.`,
        ]);
      const several = [good[0], good[1]];
      assert.equal(
        (await refused(entries(type, several))).message,
        `Context key ${type} expected a single value, but received 2.`,
      );
      await simulate([allow('*')], entries(`${type}List`, several));
      if (bad[0] !== undefined)
        assert.equal((await refused(entries(`${type}List`, [good[0], bad[0]]))).code, 'InvalidInput');
    }
  });

  test('knows who asks by the ARN alone, and nothing of nobody', async () => {
    const { simulate, refused } = of;
    const role = `arn:aws:iam::${ACCOUNT}:role/app/worker`;
    const user = `arn:aws:iam::${ACCOUNT}:user/team/john`;
    const keys = [
      'aws:userid',
      'aws:PrincipalArn',
      'aws:PrincipalAccount',
      'aws:username',
      'aws:PrincipalType',
    ];
    for (const [CallerArn, expected] of [
      [undefined, ['STUB_PRINCIPAL_FOR_POLICY_SIMULATOR']],
      [user, [user, user, ACCOUNT, 'john', 'User']],
      [role, [role, role, ACCOUNT]],
    ] as const) {
      for (const [index, key] of keys.entries()) {
        const value = expected[index];
        const Condition =
          value === undefined ? { Null: { [key]: 'true' } } : { StringEquals: { [key]: value } };
        const [result] = await simulate([allow('*', { Condition })], { CallerArn });
        assert.equal(result?.EvalDecision, 'allowed', `${key} of ${CallerArn}`);
      }
    }
    for (const CallerArn of [
      'arn:aws:iam::12:user/john',
      `arn:aws:sts::${ACCOUNT}:user/john`,
      'a'.repeat(20),
    ])
      assert.match(
        (await refused({ CallerArn })).message,
        /^Invalid Entity Arn: .* does not clearly define entity type and name\.$/,
      );
  });

  test('tells each resource apart', async () => {
    const { simulate } = of;
    const [mixed] = await simulate([allow('s3:GetObject', { Resource: 'arn:aws:s3:::own/*' })], {
      ResourceArns: ['arn:aws:s3:::own/a', 'arn:aws:s3:::other/a'],
    });
    assert.equal(mixed?.EvalDecision, 'implicitDeny');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS leaves the placeholders as they are
    assert.equal(mixed?.EvalResourceName, 'arn:aws:s3:::${BucketName}/${KeyName}');
    assert.deepEqual(
      mixed?.ResourceSpecificResults?.map((each) => [each.EvalResourceName, each.EvalResourceDecision]),
      [
        ['arn:aws:s3:::own/a', 'allowed'],
        ['arn:aws:s3:::other/a', 'implicitDeny'],
      ],
    );
    const [misfit] = await simulate([allow('*')], {
      ResourceArns: [`arn:aws:kms:us-east-1:${ACCOUNT}:key/00000000-0000-4000-8000-000000000000`],
    });
    assert.equal(misfit?.EvalDecision, 'implicitDeny');
  });

  test('keeps to a boundary and to organization policies, whose denial hides the statements', async () => {
    const { simulate } = of;
    const [outside] = await simulate([allow('s3:*')], {
      PermissionsBoundaryPolicyInputList: [allow('ec2:*')],
    });
    assert.equal(outside?.EvalDecision, 'implicitDeny');
    assert.deepEqual(outside?.PermissionsBoundaryDecisionDetail, { AllowedByPermissionsBoundary: false });
    const [inside] = await simulate([allow('s3:*')], { PermissionsBoundaryPolicyInputList: [allow('s3:*')] });
    assert.equal(inside?.EvalDecision, 'allowed');
    assert.deepEqual(inside?.PermissionsBoundaryDecisionDetail, { AllowedByPermissionsBoundary: true });
    assert.deepEqual(
      inside?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId),
      ['PolicyInputList.1'],
    );
    const [held] = await simulate([allow('s3:*')], {
      OrderedOrganizationPolicyInputList: [
        { ServiceControlPolicyInputList: [allow('*')] },
        { ServiceControlPolicyInputList: [allow('*'), deny('s3:*')] },
      ],
    });
    assert.equal(held?.EvalDecision, 'explicitDeny');
    assert.deepEqual(held?.OrganizationsDecisionDetail, { AllowedByOrganizations: false });
    assert.deepEqual(held?.MatchedStatements, []);
  });

  test('says of several resources that a boundary or an organization allows them where it does each', async () => {
    const { simulate } = of;
    const ResourceArns = ['arn:aws:s3:::own/a', 'arn:aws:s3:::other/a'];
    for (const [Resource, isAllowed] of [
      ['*', true],
      ['arn:aws:s3:::own/*', false],
      ['arn:aws:s3:::third/*', false],
    ] as const) {
      const limit = allow('s3:*', { Resource });
      const [bound] = await simulate([allow('*')], {
        ResourceArns,
        PermissionsBoundaryPolicyInputList: [limit],
      });
      assert.deepEqual(bound?.PermissionsBoundaryDecisionDetail, { AllowedByPermissionsBoundary: isAllowed });
      const [held] = await simulate([allow('*')], {
        ResourceArns,
        OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [limit] }],
      });
      assert.deepEqual(held?.OrganizationsDecisionDetail, { AllowedByOrganizations: isAllowed });
    }
  });

  test('an empty list of resources names none', async () => {
    const { simulate } = of;
    const asked = await simulate([allow('*')], { ResourceArns: [] });
    assert.deepEqual(asked, await simulate([allow('*')], {}));
    assert.equal(asked[0]?.EvalResourceName, '*');
  });

  test('a resource policy takes part for the caller it names', async () => {
    const { simulate, refused } = of;
    const ResourcePolicy = policy({
      Effect: 'Allow',
      Principal: { AWS: JOHN },
      Action: 's3:GetObject',
      Resource: '*',
    });
    const ResourceArns = ['arn:aws:s3:::own/a'];
    const [granted] = await simulate([], { ResourcePolicy, CallerArn: JOHN, ResourceArns });
    assert.equal(granted?.EvalDecision, 'allowed');
    assert.equal(granted?.MatchedStatements?.[0]?.SourcePolicyType, 'Resource Policy');
    const stranger = JOHN.replace(ACCOUNT, '210987654321');
    const [halfway] = await simulate([], {
      ResourcePolicy: ResourcePolicy.replace(JOHN, stranger),
      CallerArn: stranger,
      ResourceOwner: `arn:aws:iam::${ACCOUNT}:root`,
      ResourceArns,
    });
    assert.equal(halfway?.EvalDecision, 'implicitDeny');
    assert.deepEqual(halfway?.EvalDecisionDetails, {
      'IAM Policy': 'implicitDeny',
      'Resource Policy': 'allowed',
    });
    assert.match((await refused({ ResourcePolicy })).message, /CallerArn is required/);
  });

  test('refuses what it cannot simulate, in the words of IAM', async () => {
    const { simulate, refused } = of;
    const entry = (
      ContextKeyName: string,
      ContextKeyType: 'numeric' | 'string',
      ContextKeyValues: string[],
    ) => ({
      ContextEntries: [{ ContextKeyName, ContextKeyType, ContextKeyValues }],
    });
    const messageOf = async (answer: ReturnType<typeof refusal>) => {
      const error = await answer;
      assert.equal(error.code, 'InvalidInput');
      return error.message;
    };
    assert.equal(await messageOf(refused({}, ['{}'])), 'Policy input list item 1 has invalid content');
    assert.equal(
      await messageOf(refusal(simulate([allow('*')], {}, ['GetObject']))),
      'The action is invalid since it is missing names',
    );
    assert.equal(
      await messageOf(refused({ ResourceArns: ['not-an-arn'] })),
      'ResourceNames are not in a valid ARN format: not-an-arn.',
    );
    assert.equal(
      await messageOf(refused({ PermissionsBoundaryPolicyInputList: [allow('*'), allow('*')] })),
      'The list of Permissions Boundary policies cannot exceed 1 items.',
    );
    assert.equal(
      await messageOf(refused(entry('aws:MultiFactorAuthAge', 'numeric', ['soon']))),
      'Invalid context value for key aws:MultiFactorAuthAge: expected numeric format.',
    );
    assert.equal(
      await messageOf(refused(entry('aws:username', 'string', ['a', 'b']))),
      'Context key string expected a single value, but received 2.',
    );
    assert.equal(await messageOf(refused({ Marker: 'elsewhere' })), 'Invalid marker for pagination.');
  });

  test('pages through the actions', async () => {
    const { iam } = of;
    const input = {
      PolicyInputList: [allow('*')],
      ActionNames: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      MaxItems: 2,
    };
    const first = await iam.send(new SimulateCustomPolicyCommand(input));
    assert.equal(first.IsTruncated, true);
    const second = await iam.send(new SimulateCustomPolicyCommand({ ...input, Marker: first.Marker! }));
    assert.equal(second.IsTruncated, false);
    const actions = [first, second].flatMap(({ EvaluationResults = [] }) =>
      EvaluationResults.map(({ EvalActionName }) => EvalActionName),
    );
    assert.deepEqual(actions, input.ActionNames);
    const many = { ...input, ActionNames: Array(101).fill('s3:GetObject'), MaxItems: undefined };
    const { EvaluationResults, IsTruncated } = await iam.send(new SimulateCustomPolicyCommand(many));
    assert.deepEqual([EvaluationResults?.length, IsTruncated], [100, true]);
  });

  test('a page has fewer where each action takes long: many resources under a policy of many statements', async () => {
    const { iam } = of;
    const Statement = Array.from({ length: 1500 }, (_, at) => ({
      Effect: 'Allow',
      Action: `s3:GetObject${at}*`,
      Resource: '*',
    }));
    const ActionNames = ['s3:GetObject', 's3:PutObject', 's3:GetObject7'];
    const asked = {
      PolicyInputList: [JSON.stringify({ Version: '2012-10-17', Statement })],
      ActionNames,
      ResourceArns: Array.from({ length: 50 }, (_, at) => `arn:aws:s3:::bucket/${at}`),
    };
    const found: string[] = [];
    for (let Marker: string | undefined, pages = 0; pages < ActionNames.length; pages++) {
      const page = await iam.send(new SimulateCustomPolicyCommand({ ...asked, Marker }));
      const [{ EvalActionName, EvalDecision, ResourceSpecificResults } = {}] = page.EvaluationResults!;
      found.push(`${EvalActionName} ${EvalDecision} ${ResourceSpecificResults?.length}`);
      assert.deepEqual(
        [page.EvaluationResults!.length, page.IsTruncated],
        [1, pages < ActionNames.length - 1],
      );
      Marker = page.Marker;
    }
    assert.deepEqual(found, [
      's3:GetObject implicitDeny 50',
      's3:PutObject implicitDeny 50',
      's3:GetObject7 allowed 50',
    ]);
  });

  test('an answer that would name tens of thousands of statements, or of keys, is refused', async () => {
    const { simulate, refused } = of;
    const Statement = Array.from({ length: 300 }, (_, at) => ({
      Effect: 'Allow',
      Action: 's3:*',
      Resource: '*',
      Condition: { StringEquals: { [`aws:RequestTag/k${at}`]: 'v' } },
    }));
    const missing = JSON.stringify({ Version: '2012-10-17', Statement });
    const matched = JSON.stringify({
      Version: '2012-10-17',
      Statement: Statement.map(({ Condition: _, ...statement }) => statement),
    });
    const on = (count: number) => ({
      ActionNames: ['s3:GetObject'],
      ResourceArns: Array.from({ length: count }, (_, at) => `arn:aws:s3:::bucket/${at}`),
    });
    for (const document of [missing, matched]) {
      const { code, message } = await refused(on(84), [document]);
      assert.equal(code, 'InvalidInput');
      assert.match(message, /no more than 25000 statements and keys .* s3:GetObject on fewer resources/);
      const [result] = await simulate([document], on(83));
      assert.equal(result?.ResourceSpecificResults?.length, 83);
    }
  });

  test('an action on thousands of resources is judged in pieces, with a turn for others between them', async () => {
    const { iam } = of;
    const Statement = Array.from({ length: 40 }, (_, at) => ({
      Sid: `s${at}`,
      Effect: 'Allow',
      Action: 's3:*',
      Resource: at < 38 ? `arn:aws:s3:::bucket/${at}-*` : '*',
    }));
    const PolicyInputList = [JSON.stringify({ Version: '2012-10-17', Statement })];
    const judged = async (count: number) => {
      const ResourceArns = Array.from({ length: count }, (_, at) => `arn:aws:s3:::bucket/${at}-x`);
      const asked = { PolicyInputList, ActionNames: ['s3:GetObject'], ResourceArns };
      const { EvaluationResults } = await iam.send(new SimulateCustomPolicyCommand(asked));
      return EvaluationResults?.[0];
    };
    // Once before, so that nothing is asked for that is asked once only.
    await judged(10);
    const few = await turnsDuring(() => judged(10));
    let result: EvaluationResult | undefined;
    const many = await turnsDuring(async () => {
      result = await judged(2000);
    });
    assert.ok(many >= few + 15, `${many} after ${few}`);
    assert.equal(result?.ResourceSpecificResults?.length, 2000);
    assert.deepEqual(
      result.ResourceSpecificResults.slice(36, 40).map(({ MatchedStatements }) => MatchedStatements?.length),
      [3, 3, 2, 2],
    );
    assert.equal(result.MatchedStatements?.length, 40);
  });
});

describe('a simulation of a principal', () => {
  test('takes its own policies, its groups’ and managed ones, but for those left out', async (t) => {
    const { iam } = await simulator(t);
    const UserName = 'john';
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new CreateGroupCommand({ GroupName: 'staff' }));
    await iam.send(new AddUserToGroupCommand({ GroupName: 'staff', UserName }));
    const inline = { PolicyName: 'own', PolicyDocument: allow('s3:GetObject') };
    await iam.send(new PutUserPolicyCommand({ UserName, ...inline }));
    await iam.send(new PutGroupPolicyCommand({ GroupName: 'staff', ...inline }));
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'readers', Path: '/teams/', PolicyDocument: allow('s3:Get*') }),
    );
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: Policy!.Arn! }));
    const sources = async (PolicyExclusionList?: PolicyIdentifier[]) => {
      const { EvaluationResults } = await iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: JOHN,
          ActionNames: ['s3:GetObject'],
          PolicyExclusionList,
        }),
      );
      return EvaluationResults?.[0]?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId);
    };
    assert.deepEqual(await sources(), ['user_john_own', 'group_staff_own', 'readers']);
    assert.deepEqual(
      await sources([
        // Its name counts, and not its path.
        { PolicyArn: Policy!.Arn!.replace('/teams/', '/') },
        {
          InlinePolicyIdentifier: { AttachmentType: 'group', AttachmentName: 'staff', PolicyName: 'own' },
        },
      ]),
      ['user_john_own'],
    );
  });

  test('keeps to its boundary and to what holds its account', async (t) => {
    const { server, iam } = await simulator(t);
    await iam.send(new CreateUserCommand({ UserName: 'john' }));
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'john', PolicyName: 'own', PolicyDocument: allow('*') }),
    );
    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: 'john',
        PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
      }),
    );
    await server.client(orgs.OrganizationsClient).send(new orgs.CreateOrganizationCommand({}));
    const { EvaluationResults } = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: JOHN,
        ActionNames: ['s3:GetObject', 's3:PutObject'],
      }),
    );
    assert.deepEqual(
      EvaluationResults?.map((each) => [
        each.EvalDecision,
        each.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
        each.OrganizationsDecisionDetail?.AllowedByOrganizations,
      ]),
      [
        ['allowed', true, true],
        ['implicitDeny', false, true],
      ],
    );
  });

  test('takes service control policies for all but service-linked roles, as who-can does', async (t) => {
    const { server } = await simulator(t);
    const organizations = server.client(orgs.OrganizationsClient);
    await organizations.send(new orgs.CreateOrganizationCommand({}));
    const { Roots: [root] = [] } = await organizations.send(new orgs.ListRootsCommand({}));
    const Type = 'SERVICE_CONTROL_POLICY';
    await organizations.send(new orgs.EnablePolicyTypeCommand({ RootId: root?.Id, PolicyType: Type }));
    const made = { AccountName: 'held', Email: 'held@example.com' };
    await organizations.send(new orgs.CreateAccountCommand(made));
    await server.settled();
    const { Accounts = [] } = await organizations.send(new orgs.ListAccountsCommand({}));
    const TargetId = Accounts.find(({ Name }) => Name === 'held')?.Id as string;
    const { Policy } = await organizations.send(
      new orgs.CreatePolicyCommand({ Name: 'no-keys', Description: '', Type, Content: deny('kms:Decrypt') }),
    );
    await organizations.send(new orgs.AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId }));
    const credentials = await server.root(TargetId);
    const plainUser = await newUser(server, 'jane', {
      account: TargetId,
      allow: [allowing('sts:AssumeRole')],
    });
    const member = server.client(IAMClient, credentials);
    await member.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'autoscaling.amazonaws.com' }));
    await member.send(
      new CreateRoleCommand({
        RoleName: 'plain',
        AssumeRolePolicyDocument: trust({ AWS: rootOf(TargetId) }),
      }),
    );
    const { KeyMetadata } = await server
      .client(KMSClient, credentials)
      .send(new CreateKeyCommand({ Policy: policy(statement('kms:*', { Principal: { AWS: '*' } })) }));
    const roles = {
      plain: `arn:aws:iam::${TargetId}:role/plain`,
      linked: `arn:aws:iam::${TargetId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    };
    const decisions = Object.values(roles).map(async (PolicySourceArn) => {
      const { EvaluationResults: [result] = [] } = await member.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn,
          ActionNames: ['kms:Decrypt'],
          ResourceArns: [KeyMetadata?.Arn as string],
        }),
      );
      return result?.EvalDecision;
    });
    assert.deepEqual(await Promise.all(decisions), ['explicitDeny', 'allowed']);
    const { CiphertextBlob } = await server
      .client(KMSClient, credentials)
      .send(new EncryptCommand({ KeyId: KeyMetadata?.Arn, Plaintext: Buffer.from('text') }));
    const { Credentials } = await server
      .client(STSClient, plainUser.credentials)
      .send(new AssumeRoleCommand({ RoleArn: roles.plain, RoleSessionName: 'jane' }));
    const session = server.client(KMSClient, credentialsOf(Credentials));
    assert.match(
      (await refusal(session.send(new DecryptCommand({ CiphertextBlob })))).message,
      /with an explicit deny in a service control policy/,
    );
    const { users } = await server.ask<{ users: readonly { readonly who: string }[] }>('who-can', {
      accountId: TargetId,
      key: KeyMetadata?.Arn,
      action: 'kms:Decrypt',
    });
    assert.deepEqual(users.map(({ who }) => who).sort(), [
      'role AWSServiceRoleForAutoScaling',
      'role AWSServiceRoleForOrganizations',
      `the root user of account ${ACCOUNT}`,
    ]);
  });

  test('decides what the front door decides', async (t) => {
    const { server, iam } = await simulator(t);
    await iam.send(new CreateUserCommand({ UserName: 'john' }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'john',
        PolicyName: 'own',
        PolicyDocument: policy(
          statement('iam:Simulate*'),
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
          statement('iam:GetUser', { Resource: 'arn:aws:iam::*:user/${aws:username}' }),
        ),
      }),
    );
    await iam.send(new CreateUserCommand({ UserName: 'jane' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'john' }));
    const john = server.client(IAMClient, {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    });
    const { EvaluationResults } = await john.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: JOHN,
        ActionNames: ['iam:GetUser'],
        ResourceArns: [JOHN, JOHN.replace('john', 'jane')],
      }),
    );
    assert.deepEqual(
      EvaluationResults?.[0]?.ResourceSpecificResults?.map((each) => each.EvalResourceDecision),
      ['allowed', 'implicitDeny'],
    );
    await john.send(new GetUserCommand({}));
    const { code } = await refusal(john.send(new GetUserCommand({ UserName: 'jane' })));
    assert.equal(code, 'AccessDenied');
  });

  test('is for users, groups and roles that exist', async (t) => {
    const { iam } = await simulator(t);
    const ask = (PolicySourceArn: string) =>
      refusal(
        iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: ['s3:GetObject'] })),
      );
    const missing = await ask(JOHN);
    assert.deepEqual([missing.code, missing.message], ['NoSuchEntity', 'User john does not exist']);
    const thing = await ask('arn:aws:s3:::own-bucket-name');
    assert.equal(
      thing.message,
      'Invalid Entity Arn: arn:aws:s3:::own-bucket-name does not clearly define entity type and name.',
    );
  });
});

test('context keys of policies are listed once, as the documents spell them', async (t) => {
  const { iam } = await simulator(t);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
  const own = { Resource: 'arn:aws:s3:::own/${aws:username}/${*}' };
  const custom = await iam.send(
    new GetContextKeysForCustomPolicyCommand({
      PolicyInputList: [allow('s3:GetObject', { ...own, ...inDepartment }), allow('s3:PutObject', own)],
    }),
  );
  assert.deepEqual(custom.ContextKeyNames?.toSorted(), ['aws:PrincipalTag/Department', 'aws:username']);
  const AssumeRolePolicyDocument = policy({
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  });
  await iam.send(new CreateRoleCommand({ RoleName: 'worker', AssumeRolePolicyDocument }));
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'worker',
      PolicyName: 'own',
      PolicyDocument: allow('s3:*', inDepartment),
    }),
  );
  const principal = await iam.send(
    new GetContextKeysForPrincipalPolicyCommand({
      PolicySourceArn: `arn:aws:iam::${ACCOUNT}:role/worker`,
      PolicyInputList: [allow('s3:GetObject', { ...own, ...inDepartment })],
    }),
  );
  assert.deepEqual(principal.ContextKeyNames, ['aws:PrincipalTag/Department', 'aws:username']);
});
