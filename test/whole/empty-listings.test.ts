/** What nobody can have here is listed as empty, and what is asked for by its name does not exist. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CloudTrailClient, DescribeTrailsCommand, GetTrailCommand } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, ListMetricStreamsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeSubscriptionFiltersCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeVpnGatewaysCommand,
  EC2Client,
  ListSnapshotsInRecycleBinCommand,
} from '@aws-sdk/client-ec2';
import { GetSAMLProviderCommand, IAMClient, ListSAMLProvidersCommand } from '@aws-sdk/client-iam';
import { DescribeCustomKeyStoresCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  ListInboundResponsibilityTransfersCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import {
  DescribeInstanceInformationCommand,
  ListCommandInvocationsCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { allowing, lookupEvents, userWith } from '../worlds/account.ts';
import { codeAndMessage, refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
before(async () => {
  server = await startServerFor(undefined);
});
after(() => server.close());

describe('a listing of what cannot exist', () => {
  test('is empty, in every protocol', async () => {
    const ec2 = server.client(EC2Client);
    assert.deepEqual((await ec2.send(new DescribeNatGatewaysCommand({}))).NatGateways, []);
    assert.deepEqual((await ec2.send(new DescribeVpnGatewaysCommand({}))).VpnGateways, []);
    assert.deepEqual((await ec2.send(new ListSnapshotsInRecycleBinCommand({}))).Snapshots, []);
    const { CustomKeyStores, Truncated } = await server
      .client(KMSClient)
      .send(new DescribeCustomKeyStoresCommand({}));
    assert.deepEqual([CustomKeyStores, Truncated], [[], false]);
    const { SAMLProviderList } = await server.client(IAMClient).send(new ListSAMLProvidersCommand({}));
    assert.deepEqual(SAMLProviderList, []);
    const ssm = server.client(SSMClient);
    assert.deepEqual(
      (await ssm.send(new DescribeInstanceInformationCommand({}))).InstanceInformationList,
      [],
    );
    const { Entries } = await server.client(CloudWatchClient).send(new ListMetricStreamsCommand({}));
    assert.deepEqual(Entries, []);
    const { trailList } = await server.client(CloudTrailClient).send(new DescribeTrailsCommand({}));
    assert.deepEqual(trailList, []);
  });

  test('has nothing of the name that is asked for', async () => {
    const ec2 = server.client(EC2Client);
    const id = 'nat-0123456789abcdef0';
    assert.deepEqual(
      await codeAndMessage(ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }))),
      ['NatGatewayNotFound', `NAT gateway ${id} was not found`],
    );
    assert.deepEqual(
      await codeAndMessage(ec2.send(new DescribeVpnGatewaysCommand({ VpnGatewayIds: ['vgw-1'] }))),
      ['InvalidVpnGatewayID.NotFound', "The vpnGateway ID 'vgw-1' does not exist"],
    );
    assert.deepEqual(
      await codeAndMessage(ec2.send(new DescribeAddressesCommand({ PublicIps: ['1.2.3.4'] }))),
      ['InvalidAddress.NotFound', "Address '1.2.3.4' not found."],
    );
    const command = new ListCommandInvocationsCommand({ CommandId: '0831e1a8-a1ac-4257-a1fd-c831b48c4107' });
    assert.equal((await codeAndMessage(server.client(SSMClient).send(command)))[0], 'InvalidCommandId');
    const trail = server.client(CloudTrailClient).send(new GetTrailCommand({ Name: 'audit' }));
    assert.equal((await codeAndMessage(trail))[0], 'TrailNotFoundException');
    const saml = new GetSAMLProviderCommand({ SAMLProviderArn: 'arn:aws:iam::123456789012:saml-provider/x' });
    assert.equal((await codeAndMessage(server.client(IAMClient).send(saml)))[0], 'NoSuchEntity');
  });

  test('is authorized and audited', async () => {
    const user = await userWith(server, 'lister', allowing('ec2:DescribeAddresses'));
    const ec2 = server.client(EC2Client, user);
    await ec2.send(new DescribeAddressesCommand({}));
    const denied = await refusal(ec2.send(new DescribeNatGatewaysCommand({})));
    assert.match(denied.message, /not authorized to perform: ec2:DescribeNatGateways/);
    const [event] = await lookupEvents(server, {
      AttributeKey: 'EventName',
      AttributeValue: 'DescribeAddresses',
    });
    assert.equal(event?.readOnly, true);
  });

  test('of what belongs to something asks for that', async () => {
    const logs = server.client(CloudWatchLogsClient);
    const list = (logGroupName: string) =>
      logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
    assert.equal((await codeAndMessage(list('none')))[0], 'ResourceNotFoundException');
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'some' }));
    assert.deepEqual((await list('some')).subscriptionFilters, []);
    const user = await userWith(server, 'subscriber', allowing('ec2:*'));
    const denied = await refusal(
      server
        .client(CloudWatchLogsClient, user)
        .send(new DescribeSubscriptionFiltersCommand({ logGroupName: 'some' })),
    );
    assert.match(denied.message, /on resource: arn:aws:logs:us-east-1:123456789012:log-group:some:/);
  });

  test('asks for an organization where AWS does', async () => {
    const list = new ListInboundResponsibilityTransfersCommand({ Type: 'BILLING' });
    const call = server.client(OrganizationsClient).send(list);
    assert.equal((await codeAndMessage(call))[0], 'AWSOrganizationsNotInUseException');
  });
});

test('a service of REST and XML is refused in XML, by name', async () => {
  const ask = async (service: string) => {
    const scope = `AKIA/20260101/us-east-1/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    return (await fetch(`${server.url}/bucket`, { headers: { authorization } })).text();
  };
  assert.match(
    await ask('s3'),
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error><Code>NotImplemented<\/Code><Message>Latchkey does not serve Amazon S3/,
  );
  assert.match(
    await ask('route53'),
    /^<ErrorResponse><Error><Type>.*Latchkey does not serve Amazon Route 53/,
  );
});
