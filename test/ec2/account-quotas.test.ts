/** What an account may have so many of in a Region that no test makes them: it puts all but the last into the store. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EBSClient, StartSnapshotCommand } from '@aws-sdk/client-ebs';
import * as sdk from '@aws-sdk/client-ec2';
import { type KeyPairRecord, keyPairs } from '../../src/services/ec2/key-pair/key-pair.ts';
import {
  launchTemplates,
  launchTemplateVersions,
} from '../../src/services/ec2/launch-template/launch-template.ts';
import { securityGroups } from '../../src/services/ec2/network/networked.ts';
import { ACCOUNT, OTHER_ACCOUNT, REGION } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const HERE = { account: ACCOUNT, region: REGION };
const numbered = (prefix: string, n: number) => `${prefix}-0${n.toString(16).padStart(16, '0')}`;
const LaunchTemplateData = { InstanceType: 't3.micro' as const };

describe('in a Region an account has', () => {
  test('5,000 launch templates', async (t) => {
    const { ec2, server } = await ec2World(t);
    const { store } = server.latchkey.runtime;
    const versions = { defaultVersion: 1, latestVersion: 1, lastNumber: 1 };
    await store.transact(async (tx) => {
      for (let n = 1; n < 5000; n++) {
        const made = { tags: [], name: `t${n}`, createdAtMs: 0, createdBy: 'x', ...versions };
        tx.put(launchTemplates, { ...HERE, id: numbered('lt', n), ...made });
      }
    });
    const create = (LaunchTemplateName: string, client = ec2) =>
      client.send(new sdk.CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
    const last = new sdk.CreateLaunchTemplateCommand({
      LaunchTemplateName: 'last',
      LaunchTemplateData,
      ClientToken: 'again',
    });
    await ec2.send(last);
    assert.equal((await refusal(create('more'))).code, 'MaxTemplateLimitExceeded');
    // What was made already is answered again.
    await ec2.send(last);
    await create('elsewhere', server.client(sdk.EC2Client, undefined, { region: 'eu-west-1' }));
    await create('elsewhere', server.client(sdk.EC2Client, await server.root(OTHER_ACCOUNT)));
    await ec2.send(new sdk.DeleteLaunchTemplateCommand({ LaunchTemplateName: 't77' }));
    await create('more');
  });

  test('10,000 versions of a template', async (t) => {
    const { ec2, server } = await ec2World(t);
    const { store } = server.latchkey.runtime;
    const { LaunchTemplate } = await ec2.send(
      new sdk.CreateLaunchTemplateCommand({ LaunchTemplateName: 'one', LaunchTemplateData }),
    );
    const templateId = LaunchTemplate!.LaunchTemplateId!;
    await store.transact(async (tx) => {
      const template = await tx.get(launchTemplates, [ACCOUNT, REGION, templateId]);
      tx.put(launchTemplates, { ...template!, lastNumber: 9999, latestVersion: 9999 });
      for (let number = 2; number < 10_000; number++) {
        const made = { createdAtMs: 0, createdBy: 'x', data: LaunchTemplateData };
        tx.put(launchTemplateVersions, { ...HERE, templateId, number, ...made });
      }
    });
    const add = () =>
      ec2.send(
        new sdk.CreateLaunchTemplateVersionCommand({ LaunchTemplateId: templateId, LaunchTemplateData }),
      );
    await add();
    const { code, message } = await refusal(add());
    assert.equal(code, 'MaxTemplateVersionLimitExceeded');
    assert.equal(message, 'The maximum number of launch template versions has been reached.');
    await ec2.send(
      new sdk.DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId: templateId, Versions: ['2'] }),
    );
    assert.equal((await add()).LaunchTemplateVersion!.VersionNumber, 10_001);
    assert.equal((await refusal(add())).code, 'MaxTemplateVersionLimitExceeded');
  });

  test('5,000 key pairs, made and imported', async (t) => {
    const { ec2, server } = await ec2World(t);
    const create = (KeyName: string) =>
      ec2.send(new sdk.CreateKeyPairCommand({ KeyName, KeyType: 'ed25519' }));
    await create('own');
    const { KeyPairs } = await ec2.send(new sdk.DescribeKeyPairsCommand({ IncludePublicKey: true }));
    const { PublicKey } = KeyPairs![0]!;
    await server.latchkey.runtime.store.transact(async (tx) => {
      for (let n = 1; n < 4999; n++) {
        const pair = { tags: [], name: `k${n}`, type: 'rsa', fingerprint: '', publicKey: '', createdAtMs: 0 };
        tx.put(keyPairs, { ...HERE, id: numbered('key', n), ...pair } as KeyPairRecord);
      }
    });
    await create('last');
    const material = { PublicKeyMaterial: Buffer.from(PublicKey!) };
    const imported = () => ec2.send(new sdk.ImportKeyPairCommand({ KeyName: 'more', ...material }));
    for (const more of [() => create('more'), imported])
      assert.equal((await refusal(more())).code, 'KeyPairLimitExceeded');
    assert.equal((await refusal(create('last'))).code, 'InvalidKeyPair.Duplicate');
  });

  test('2,500 security groups, of all VPCs together', async (t) => {
    const { ec2, server } = await ec2World(t);
    const { Vpc } = await ec2.send(new sdk.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const { SecurityGroups } = await ec2.send(new sdk.DescribeSecurityGroupsCommand({}));
    await server.latchkey.runtime.store.transact(async (tx) => {
      for (let n = SecurityGroups!.length; n < 2499; n++) {
        const group = { tags: [], vpcId: Vpc!.VpcId!, name: `g${n}`, description: 'x' };
        await securityGroups.put(tx, { ...HERE, id: numbered('sg', n), ...group });
      }
    });
    const create = (GroupName: string) =>
      ec2.send(new sdk.CreateSecurityGroupCommand({ GroupName, Description: 'x' }));
    await create('last');
    const { code, message } = await refusal(create('more'));
    assert.equal(code, 'SecurityGroupLimitExceeded');
    assert.equal(message, 'The maximum number of security groups has been reached.');
  });

  test('100 pending snapshots that were started block by block', async (t) => {
    const { server } = await ec2World(t);
    const ebs = server.client(EBSClient);
    const start = (ClientToken?: string) =>
      ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ClientToken }));
    const { SnapshotId } = await start('first');
    for (let n = 2; n <= 100; n++) await start();
    const refused = await refusal(start());
    assert.deepEqual([refused.code, refused.status], ['ServiceQuotaExceededException', 402]);
    // What was started already is answered again.
    assert.equal((await start('first')).SnapshotId, SnapshotId);
    await server.advance(61 * 60_000);
    await start();
  });
});

test('the default credits of a family change once in five minutes, and four times a day', async (t) => {
  const { ec2, server } = await ec2World(t);
  const modify = (InstanceFamily: 't3' | 't2' = 't3') =>
    ec2.send(new sdk.ModifyDefaultCreditSpecificationCommand({ InstanceFamily, CpuCredits: 'standard' }));
  const MINUTE = 60_000;
  await modify();
  const { code, message } = await refusal(modify());
  assert.equal(code, 'UpdateLimitExceeded');
  assert.match(message, /only once in a rolling 5-minute period/);
  await modify('t2');
  for (let n = 2; n <= 4; n++) {
    await server.advance(5 * MINUTE);
    await modify();
  }
  await server.advance(5 * MINUTE);
  assert.match((await refusal(modify())).message, /only four times in a rolling 24-hour period/);
  await server.advance((24 * 60 - 20) * MINUTE);
  await modify();
});
