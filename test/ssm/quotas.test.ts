/** How many parameters of each tier there may be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { parameters } from '../../src/services/ssm/parameter/parameter.ts';
import { ACCOUNT, REGION } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';

// https://docs.aws.amazon.com/general/latest/gr/ssm.html#parameter-store
test('an account has 10,000 standard parameters in a Region, beside advanced ones', async (t) => {
  const server = await startServerFor(t);
  const ssm = server.client(SSMClient);
  const put = (Name: string, rest: object = {}) =>
    ssm.send(new PutParameterCommand({ Name, Value: 'x', Type: 'String', ...rest }));
  await put('first');
  await server.latchkey.runtime.store.transact(async (tx) => {
    const [first] = await tx.list(parameters, { prefix: [ACCOUNT, REGION] });
    for (let n = 2; n < 10_000; n++) tx.put(parameters, { ...first!, name: `p${n}` });
  });
  await put('last');
  assert.equal((await refusal(put('more'))).code, 'ParameterLimitExceeded');
  await put('last', { Overwrite: true });
  await put('advanced', { Tier: 'Advanced' });
  await put('first', { Tier: 'Advanced', Overwrite: true });
  await put('more');
  assert.equal((await refusal(put('one-more'))).code, 'ParameterLimitExceeded');
  await ssm.send(new DeleteParameterCommand({ Name: 'more' }));
  await put('one-more');
});
