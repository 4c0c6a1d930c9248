/** Grant tokens: for a user who may nothing else, each operation counts grants that have not spread yet (aws-facts A4.7). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';
import { KINDS, type Kind, prepare, REQUESTS } from './requests.ts';

type Granted = readonly (readonly [alias: 'alias/own' | 'alias/other', operation: sdk.GrantOperation])[];

/** For each operation what must be granted, each by a grant of its own. */
const GRANTED: Readonly<Record<string, Granted>> = {
  ...Object.fromEntries(
    [
      'CreateGrant',
      'Decrypt',
      'DeriveSharedSecret',
      'DescribeKey',
      'Encrypt',
      'GenerateDataKey',
      'GenerateDataKeyPair',
      'GenerateDataKeyPairWithoutPlaintext',
      'GenerateDataKeyWithoutPlaintext',
      'GenerateMac',
      'GetPublicKey',
      'Sign',
      'Verify',
      'VerifyMac',
    ].map((operation) => [operation, [['alias/own', operation as sdk.GrantOperation]]]),
  ),
  ReEncrypt: [
    ['alias/own', 'ReEncryptFrom'],
    ['alias/other', 'ReEncryptTo'],
  ],
};

for (const kind of Object.keys(KINDS) as Kind[]) {
  const operations = Object.entries(GRANTED).filter(
    ([name]) => (REQUESTS[name]?.kind ?? 'symmetric') === kind,
  );
  if (operations.length === 0) continue;
  test(`of a key of the kind ${kind}, each operation counts grants by their tokens at once`, async (t) => {
    const world = await kmsWorld(t, { delays: 1 });
    const { ports } = world.server.latchkey.runtime;
    (ports as { delays: object }).delays = { ...ports.delays, grantPropagationMs: 60_000 };
    const root = await world.kms();
    const prepared = await prepare(world, root, kind);
    await world.server.advance(60_000);
    for (const [operation, granted] of operations) {
      const user = await world.user(`calls-${operation}`);
      const tokens: string[] = [];
      for (const [alias, name] of granted) {
        const { KeyMetadata } = await root.send(new sdk.DescribeKeyCommand({ KeyId: alias }));
        const Operations = operation === 'CreateGrant' ? [name, 'Encrypt' as const] : [name];
        const { GrantToken } = await root.send(
          new sdk.CreateGrantCommand({ KeyId: KeyMetadata?.KeyId, GranteePrincipal: user.arn, Operations }),
        );
        tokens.push(GrantToken ?? '');
      }
      const call = (GrantTokens: string[]) => {
        const command = REQUESTS[operation]?.command(prepared) as sdk.DescribeKeyCommand;
        command.input.GrantTokens = GrantTokens;
        return user.kms.send(command);
      };
      for (const lacking of [[], ...tokens.map((token) => tokens.filter((each) => each !== token))])
        assert.equal((await refusal(call(lacking))).code, 'AccessDeniedException', operation);
      await call(tokens);
    }
  });
}
