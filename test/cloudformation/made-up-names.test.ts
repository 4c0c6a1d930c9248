/** Names that CloudFormation makes up are as long as their services take them, however long the stack's and the resource's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowing, policy, trust } from '../worlds/account.ts';
import { startServerFor } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

const ec2Trust = JSON.parse(trust({ Service: 'ec2.amazonaws.com' }));
const PolicyDocument = JSON.parse(policy(allowing('kms:*')));
const saml =
  '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://a.com/">' +
  `<md:IDPSSODescriptor><!-- ${'x'.repeat(1000)} --></md:IDPSSODescriptor></md:EntityDescriptor>`;
const alarm = {
  ...{ ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Threshold: 1 },
  ...{ MetricName: 'm', Namespace: 'n', Period: 60, Statistic: 'Sum' },
};
const ref = (name: string) => ({ Ref: logicalId(name) });
const logicalId = (name: string) => name.padEnd(255, 'x');

/** The longest name that each service takes, and what else its resource needs. */
const TYPES: Readonly<Record<string, readonly [longest: number, properties: object]>> = {
  'CloudWatch::Alarm': [255, alarm],
  'CloudWatch::Dashboard': [255, { DashboardBody: '{"widgets":[]}' }],
  'EC2::LaunchTemplate': [128, { LaunchTemplateData: { InstanceType: 't3.micro' } }],
  'EC2::PlacementGroup': [255, { Strategy: 'cluster' }],
  'Events::Archive': [48, { SourceArn: 'arn:aws:events:us-east-1:123456789012:event-bus/default' }],
  'Events::Rule': [64, { EventPattern: { source: ['aws.kms'] } }],
  'IAM::Group': [128, {}],
  'IAM::InstanceProfile': [128, { Roles: [ref('IAMRole')] }],
  'IAM::ManagedPolicy': [128, { PolicyDocument }],
  'IAM::Role': [64, { AssumeRolePolicyDocument: ec2Trust }],
  'IAM::SAMLProvider': [128, { SamlMetadataDocument: saml }],
  'IAM::User': [64, {}],
};

test('names that are made up for resources end where their service ends them', async (t) => {
  const stacks = stacksOf(await startServerFor(t));
  const idOf = (type: string) => logicalId(type.replace('::', ''));
  const Resources = Object.fromEntries(
    Object.entries(TYPES).map(([type, [, Properties]]) => [idOf(type), { Type: `AWS::${type}`, Properties }]),
  );
  const StackName = 's'.repeat(128);
  const made = await stacks.create(StackName, { Resources }, { Capabilities: ['CAPABILITY_IAM'] });
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story(StackName)).join('\n'));
  for (const [type, [longest]] of Object.entries(TYPES)) {
    const id = await stacks.physicalId(StackName, idOf(type));
    // EC2 has taken the name, and the resource goes by another.
    if (type === 'EC2::LaunchTemplate') continue;
    const name = id.slice(id.lastIndexOf('/') + 1);
    assert.equal(name.length, longest, type);
    assert.match(name, /^s+-\w+-[A-Za-z0-9]{12}$/, type);
  }
});
