/** The screens in a real browser: a group whose key is another account's, a what-if, calls as they happen, hostile names. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CreateTagsCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, CreateUserCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  EncryptCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import type { Page } from 'playwright-core';
import { accessibilityFaults } from '../worlds/accessibility.ts';
import { ACCOUNT } from '../worlds/account.ts';
import {
  builtConsole,
  type OpenedConsole,
  openConsole,
  SCREENS,
  withoutChromium,
} from '../worlds/console.ts';
import { type GroupWorld, groupWorld } from '../worlds/groups.ts';

const OTHER = '999988887777';
const MARKUP = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}';

/** Asks the browser how many lines a cell with this text takes. */
const linesOf = (text: string) => `(() => {
  const cell = [...document.querySelectorAll('td')].find(({ textContent }) => textContent === ${JSON.stringify(text)});
  const range = document.createRange();
  range.selectNodeContents(document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode());
  return range.getClientRects().length;
})()`;

describe('the console', { skip: withoutChromium }, () => {
  const cleanUp: (() => unknown)[] = [];
  let world: GroupWorld;
  let opened: OpenedConsole;
  let page: Page;
  let keyArn: string;
  let areCallsMany = false;

  const show = async (hash: string) => {
    // From a screen that is none, so that the same address is shown anew.
    await page.evaluate(`location.hash = '#/none'`);
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  };

  /** More calls than one answer has. */
  const makeManyCalls = async () => {
    for (let times = 0; !areCallsMany && times < 300; times++)
      await world.server.ask('perform', { service: 'kms', operation: 'ListKeys' });
    areCallsMany = true;
  };

  before(async () => {
    const context = { after: (work: () => unknown) => void cleanUp.push(work) } as Parameters<
      typeof groupWorld
    >[0];
    world = await groupWorld(context, { consoleFolder: await builtConsole() });
    await world.server.root(OTHER);
    keyArn = await world.newKey();
    await world.kms.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: keyArn }));
    opened = await openConsole(world.server);
    page = opened.page;
  });
  after(async () => {
    await opened?.close();
    for (const work of cleanUp.reverse()) await work();
  });

  test('a group whose key is in another account: each change is named, applied by clicking, and it launches', async () => {
    const foreign = world.server.client(KMSClient, await world.server.root(OTHER));
    const { KeyMetadata } = await foreign.send(new CreateKeyCommand({}));
    const template = await world.newTemplate({
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: KeyMetadata?.Arn } },
      ],
    });
    await world.newGroup(template, { MinSize: 1, MaxSize: 1, DesiredCapacity: 1 });
    await world.server.settled();
    await page
      .getByRole('row', { name: /Auto Scaling group web could not launch/ })
      .first()
      .click();
    await page.getByRole('heading', { name: /role AWSServiceRoleForAutoScaling may not/ }).waitFor();
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('It goes through').waitFor();
    const targets = await page.getByText(/^Changes arn:/).allTextContents();
    assert.ok(
      targets.some((text) => text.includes(`:${OTHER}:key/`)),
      targets.join(),
    );
    await page.getByRole('button', { name: 'Apply as user admin' }).click();
    await page.getByText('It has been fixed since.').waitFor();
    await world.server.advance(60 * 60_000);
    assert.equal((await world.group()).Instances?.length, 1);
  });

  test('a key policy is weighed as it is typed, and a fault is shown at its place', async () => {
    await world.kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.from('x') }));
    await show('#/keys');
    await page.getByRole('link', { name: 'alias/app' }).click();
    const editor = page.getByRole('textbox', { name: 'Key policy' });
    const type = async (text: string) => {
      await editor.click();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(text);
    };
    await type(
      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::${ACCOUNT}:root"},
       "Action":["kms:PutKeyPolicy","kms:DescribeKey"],"Resource":"*"}]}`,
    );
    await page.getByText(/^\d+ of \d+ recorded uses would be denied\.$/).waitFor();
    await page.getByRole('heading', { name: 'Would lose rights, used or not' }).waitFor();
    await type('{\n  "Version": "2012-10-17",\n  oops }');
    await page
      .getByText(/^The policy is not JSON at line 3/)
      .first()
      .waitFor();
    await page.locator('.cm-lintRange-error, .cm-lintPoint-error').waitFor();
    // What was typed outlasts a server that does not answer for a while.
    const questions = '**/_latchkey/v1/**';
    const unreached = page.waitForEvent('requestfailed');
    await page.route(questions, (route) => route.abort('connectionrefused'));
    await unreached;
    assert.match((await editor.textContent()) ?? '', /oops/);
    await page.getByRole('button', { name: 'As it was' }).click();
    await page.getByText('This is the policy as it is stored.').waitFor();
    await page.getByRole('link', { name: 'Things' }).click();
    await page.getByText('The server does not answer.').first().waitFor();
    await page.unroute(questions);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.getByText('The server does not answer.').first().waitFor({ state: 'detached' });
    await page.goBack();
    await page.getByRole('tab', { name: 'Policy' }).waitFor();
    for (const [tab, heading] of [
      ['Who can', 'Who can'],
      ['Grants', 'Grants'],
      ['Uses', 'Uses over time'],
    ] as const) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('heading', { name: new RegExp(`^${heading}`) }).waitFor();
    }
  });

  test('who acts is one of the account that is looked at, and may have come just now', async () => {
    await world.iam.send(new CreateUserCommand({ UserName: 'newcomer' }));
    await page.getByRole('button', { name: 'What you apply is done by user admin' }).click();
    await page.getByRole('menuitem', { name: 'user newcomer' }).click();
    await page.getByRole('button', { name: 'What you apply is done by user newcomer' }).waitFor();
    await page.getByRole('button', { name: `Account ${ACCOUNT}` }).click();
    await page.getByRole('menuitem', { name: OTHER }).click();
    const actors = page.getByRole('button', { name: 'What you apply is done by user admin' });
    await actors.click();
    await page.getByRole('menuitem', { name: 'the root user' }).waitFor();
    assert.equal(await page.getByRole('menuitem', { name: 'user newcomer' }).count(), 0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: `Account ${OTHER}` }).click();
    await page.getByRole('menuitem', { name: ACCOUNT }).click();
  });

  test('calls show up as they are made, those of a service under the one that caused them', async () => {
    await show('#/activity');
    const calls = page.getByRole('feed').getByRole('article');
    await calls.first().waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await world.run({
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: keyArn } },
      ],
    });
    await page.locator('.call:not(.is-inner)').filter({ hasText: 'ec2:RunInstances' }).first().waitFor();
    const shown = await calls.evaluateAll((rows: { className: string; textContent: string | null }[]) =>
      rows.map(({ className, textContent }) => [className.includes('is-inner'), textContent ?? ''] as const),
    );
    const at = shown.findIndex(([isInner, text]) => !isInner && text.includes('ec2:RunInstances'));
    assert.equal(shown[at + 1]?.[0], true);
    assert.match(shown[at + 1]?.[1] ?? '', /kms:/);
    await page.getByRole('combobox', { name: 'Filter the calls' }).fill('outcome = denied');
    await page.keyboard.press('Enter');
    await page.getByRole('article').filter({ hasText: 'ec2:RunInstances' }).waitFor({ state: 'detached' });
  });

  test('calls show up while others keep coming', async () => {
    let isOver = false;
    const others = (async () => {
      while (!isOver) await world.server.ask('perform', { service: 'kms', operation: 'ListAliases' });
    })();
    try {
      await show('#/activity');
      await page.getByRole('article').first().waitFor();
      await page.getByRole('combobox', { name: 'Filter the calls' }).fill('action : ReEncrypt');
      await page.keyboard.press('Enter');
      await page.getByText('No matching call').waitFor();
      const { CiphertextBlob } = await world.kms.send(
        new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.from('x') }),
      );
      await world.kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: keyArn }));
      await page.getByRole('article').filter({ hasText: 'kms:ReEncrypt' }).first().waitFor();
    } finally {
      isOver = true;
      await others;
    }
  });

  test('of many calls only those in sight are in the page, and older ones come as it is scrolled', async () => {
    await makeManyCalls();
    await show('#/activity');
    const calls = page.getByRole('feed').getByRole('article');
    await page.getByRole('heading', { name: 'Activity (200+)' }).waitFor();
    assert.ok((await calls.count()) < 60);
    await page.getByRole('feed').evaluate((feed: { scrollTop: number; scrollHeight: number }) => {
      feed.scrollTop = feed.scrollHeight;
    });
    await page.getByRole('heading', { name: /Activity \([3-9]\d\d/ }).waitFor();
  });

  test('older calls come though the newest are being asked for, and what another filter found does not', async () => {
    const activity = '**/activity';
    const held: (() => unknown)[] = [];
    await makeManyCalls();
    await show('#/activity');
    await page.getByRole('heading', { name: 'Activity (200+)' }).waitFor();
    await page.route(activity, async (route) => {
      const { before: isOlder } = route.request().postDataJSON();
      if (!isOlder) await new Promise<void>((resolve) => held.push(resolve));
      await route.continue();
    });
    const newest = page.waitForRequest(activity);
    await world.server.ask('perform', { service: 'kms', operation: 'ListAliases' });
    await newest;
    await page.getByRole('feed').evaluate((feed: { scrollTop: number; scrollHeight: number }) => {
      feed.scrollTop = feed.scrollHeight;
    });
    await page.getByRole('heading', { name: /Activity \([3-9]\d\d/ }).waitFor();
    const other = page.waitForRequest((request) => request.postData()?.includes('AListThatIsNot') ?? false);
    await page.getByRole('combobox', { name: 'Filter the calls' }).fill('action : AListThatIsNot');
    await page.keyboard.press('Enter');
    await other;
    const late = page.waitForResponse(
      (response) => !response.request().postData()?.includes('AListThatIsNot'),
    );
    held.shift()?.();
    await (await late).finished();
    assert.equal(await page.getByRole('feed').getByRole('article').count(), 0);
    for (const go of held) go();
    await page.getByText('No matching call').waitFor();
    await page.unroute(activity);
  });

  test('while the first calls are asked for, the page says so', async () => {
    const activity = '**/activity';
    const { promise: release, resolve } = Promise.withResolvers<void>();
    await page.route(activity, async (route) => {
      await release;
      await route.continue();
    });
    await show('#/keys');
    await show('#/activity');
    await page.getByText('Loading calls').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.equal(await page.getByRole('feed').count(), 0);
    resolve();
    await page.getByRole('feed').getByRole('article').first().waitFor();
    await page.unroute(activity);
  });

  test('names full of markup are text wherever they are shown, and a screen reader finds its way', async () => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: MARKUP,
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    });
    const { KeyMetadata } = await world.kms.send(new CreateKeyCommand({ Description: MARKUP }));
    await world.kms.send(
      new PutKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, PolicyName: 'default', Policy }),
    );
    const { Instances } = await world.ec2.send(
      new RunInstancesCommand({ ImageId: world.imageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
    );
    const instanceId = Instances?.[0]?.InstanceId as string;
    await world.ec2.send(
      new CreateTagsCommand({ Resources: [instanceId], Tags: [{ Key: 'Name', Value: MARKUP }] }),
    );
    await world.iam.send(
      new CreateRoleCommand({
        RoleName: 'hostile',
        Description: MARKUP,
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }).replace(
          '[]',
          '[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]',
        ),
      }),
    );
    await world.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'hostile',
        PolicyName: 'hostile',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'x',
              Effect: 'Allow',
              Action: 'kms:*',
              Resource: '*',
              Condition: { StringLike: { 'aws:UserAgent': MARKUP } },
            },
          ],
        }),
      }),
    );
    const hostile = [
      `#/problems/${ACCOUNT}/us-east-1/${encodeURIComponent(MARKUP)}`,
      `#/keys/${encodeURIComponent(KeyMetadata?.Arn ?? '')}`,
    ];
    for (const hash of [
      ...SCREENS.map(([, each]) => each),
      ...hostile,
      `#/things/${encodeURIComponent(MARKUP)}`,
      `#/things/rules/${encodeURIComponent(MARKUP)}`,
      `#/paths/${encodeURIComponent(MARKUP)}`,
    ]) {
      await show(hash);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      // Names of controls, the order of headings, landmarks, headers of tables.
      const faults = await accessibilityFaults(page);
      assert.equal(faults.length, 0, `${hash}: ${faults.join('\n')}`);
      assert.equal(await page.locator('img[src="x"]').count(), 0, hash);
    }
    await show(hostile[1] as string);
    await page.getByText(MARKUP).first().waitFor();
    await show('#/things/instances');
    await page.getByText(MARKUP).first().waitFor();
    assert.equal(await page.evaluate(linesOf('t3.micro')), 1, 'a word of a table is not broken');
    assert.deepEqual(
      opened.complaints.filter((each) => !/status of 400|ERR_CONNECTION_REFUSED/.test(each)),
      [],
    );
  });

  test('it is used by the keyboard alone, and nothing is wider than a phone', async () => {
    await show('#/activity');
    await page.getByRole('link', { name: 'Why did it stop?', exact: true }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Keys/ }).waitFor();
    for (const landmark of ['banner', 'main', 'navigation'] as const)
      await page.getByRole(landmark).first().waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const [, hash] of SCREENS) {
      await show(hash);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.waitForTimeout(150);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(width <= 390, `${hash} is ${width} pixels wide`);
    }
  });
});
