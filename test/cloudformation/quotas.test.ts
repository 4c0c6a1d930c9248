/** How much a template may have, and how many stacks there may be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import { newStack, stacks } from '../../src/services/cloudformation/stack/stack.ts';
import { ACCOUNT, REGION } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';

const RESOURCE = { Type: 'AWS::Logs::LogGroup' };
const members = <T>(count: number, member: T) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`M${n}`, member]));

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
test('a template has 500 resources, and 200 of each other section', async (t) => {
  const client = (await startServerFor(t)).client(cf.CloudFormationClient);
  const validate = (sections: object) =>
    client.send(
      new cf.ValidateTemplateCommand({
        TemplateBody: JSON.stringify({ Resources: { R: RESOURCE }, ...sections }),
      }),
    );
  const rows: readonly [what: string, most: number, sections: (count: number) => object][] = [
    ['resources', 500, (count) => ({ Resources: members(count, RESOURCE) })],
    ['parameters', 200, (count) => ({ Parameters: members(count, { Type: 'String' }) })],
    ['mappings', 200, (count) => ({ Mappings: members(count, { a: { b: 'c' } }) })],
    ['mapping attributes', 200, (count) => ({ Mappings: { M: members(count, { b: 'c' }) } })],
    ['outputs', 200, (count) => ({ Outputs: members(count, { Value: 'x' }) })],
  ];
  for (const [what, most, sections] of rows) {
    await validate(sections(most));
    const { code, message } = await refusal(validate(sections(most + 1)));
    assert.equal(code, 'ValidationError');
    assert.equal(
      message,
      `Template format error: Number of ${what}, ${most + 1}, is greater than maximum allowed, ${most}`,
    );
  }
  const named = (length: number) => validate({ Outputs: { ['x'.repeat(length)]: { Value: 'x' } } });
  await named(255);
  assert.match((await refusal(named(256))).message, /is longer than 255 characters/);
});

test('an account has 2,000 stacks in a Region, those that are deleted not among them', async (t) => {
  const server = await startServerFor(t);
  const client = server.client(cf.CloudFormationClient);
  const { store, entropy } = server.latchkey.runtime;
  await store.transact(async (tx) => {
    const scope = { account: ACCOUNT, region: REGION, nowMs: 0, entropy };
    for (let n = 1; n < 2000; n++) tx.put(stacks, { ...newStack(scope, `s${n}`), status: 'CREATE_COMPLETE' });
    tx.put(stacks, { ...newStack(scope, 'gone'), status: 'DELETE_COMPLETE' });
  });
  const TemplateBody = JSON.stringify({ Resources: { R: RESOURCE } });
  const create = (StackName: string) => client.send(new cf.CreateStackCommand({ StackName, TemplateBody }));
  await create('last');
  await server.settled();
  const asked = { StackName: 'more', ChangeSetName: 'c', ChangeSetType: 'CREATE' as const, TemplateBody };
  for (const more of [() => create('more'), () => client.send(new cf.CreateChangeSetCommand(asked))])
    assert.equal((await refusal(more())).code, 'LimitExceededException');
  assert.equal((await refusal(create('last'))).code, 'AlreadyExistsException');
  await client.send(new cf.DeleteStackCommand({ StackName: 'last' }));
  await server.settled();
  await create('more');
});
