/** Of an account of log files alone, KMS says in which state a key is when it will not use it: that is known of it, and what brings it back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WhoCan } from '../../src/explain/rights/who-can.ts';
import type { Explained } from '../worlds/remedies.ts';
import { logsWorlds } from './logs-world.ts';
import { ACCOUNT, KEY, keyEvent, roleCall } from './published-records.ts';

const { worldOf } = logsWorlds();

type Trail = readonly Record<string, unknown>[];

const failing = (errorCode: string, state: string, more: object = {}) =>
  roleCall('GenerateDataKey', {
    ...{ requestParameters: { keyId: KEY, keySpec: 'AES_256' }, errorCode },
    ...{ errorMessage: `${KEY} is ${state}.`, ...more },
  });
const made = () =>
  keyEvent('CreateKey', { description: '' }, { keyMetadata: { aWSAccountId: ACCOUNT, arn: KEY } });
const changed = (name: string) => keyEvent(name, { keyId: KEY }, { keyId: KEY });
const used = () => roleCall('Decrypt');

const DISABLED = () => failing('DisabledException', 'disabled');
const ENABLE = `Enable ${KEY}, which is disabled:`;
const CANCEL = `Cancel the deletion of ${KEY}, and enable it again:`;
const IMPORT =
  'Import its key material, the same as before if it had some (aws kms get-parameters-for-import, aws kms import-key-material)';
const UNREAD = `service and resource control policies over account ${ACCOUNT}`;

interface Row {
  readonly trail: () => Trail;
  readonly state: string;
  readonly sentence: string;
  /** It was tried, and rests on this alone. */
  readonly provided?: string;
}

const ROWS: Readonly<Record<string, Row>> = {
  'a disabled one': { trail: () => [DISABLED()], state: 'Disabled', sentence: ENABLE },
  'one that is to be deleted, of a record that names it in its message alone': {
    trail: () => [
      failing('KMSInvalidStateException', 'pending deletion', { resources: null, requestParameters: null }),
    ],
    state: 'PendingDeletion',
    sentence: CANCEL,
  },
  'one without material': {
    trail: () => [failing('KMSInvalidStateException', 'pending import')],
    state: 'PendingImport',
    sentence: `${IMPORT}: ${KEY} is in state PendingImport.`,
  },
  'one whose key store is gone': {
    trail: () => [failing('KMSInvalidStateException', 'unavailable')],
    state: 'Unavailable',
    sentence: `Connect its custom key store again: ${KEY} is in state Unavailable.`,
  },
  'one whose making is recorded': {
    trail: () => [made(), DISABLED()],
    state: 'Disabled',
    sentence: ENABLE,
    provided: UNREAD,
  },
  'one that nobody was seen to disable again': {
    trail: () => [made(), changed('DisableKey'), changed('EnableKey'), used(), DISABLED()],
    state: 'Disabled',
    sentence: ENABLE,
    provided: UNREAD,
  },
  'one whose deletion was called off, and which is not enabled yet': {
    trail: () => [
      failing('KMSInvalidStateException', 'pending deletion'),
      changed('CancelKeyDeletion'),
      DISABLED(),
    ],
    state: 'Disabled',
    sentence: ENABLE,
  },
};

const stateIn = async (world: Awaited<ReturnType<typeof worldOf>>) =>
  ((await world.questions['who-can']?.({ key: KEY })) as WhoCan).state;

for (const [name, { trail, state, sentence, provided }] of Object.entries(ROWS)) {
  test(name, async () => {
    const records = trail();
    const world = await worldOf(name.slice(0, 20).replaceAll(' ', '-'), records);
    assert.equal(await stateIn(world), state);
    const message = `An error occurred (KMS.Exception) when calling the GetObject operation: no use of ${KEY}`;
    for (const subject of [String(records.at(-1)?.eventID), KEY, message]) {
      const found = (await world.questions.explain?.({ subject })) as Explained;
      assert.equal(found.verdict, 'failed');
      assert.deepEqual(
        found.remedies.map((remedy) => [remedy.sentence, remedy.isUntried]),
        [[sentence, provided ? undefined : true]],
      );
      assert.deepEqual(found.provided, provided && [provided]);
    }
  });
}

test('one that was used or enabled since has nothing in its way', async () => {
  for (const [name, trail] of Object.entries({
    used: [changed('DisableKey'), DISABLED(), used()],
    enabled: [DISABLED(), changed('EnableKey')],
  })) {
    const world = await worldOf(name, trail);
    assert.equal(await stateIn(world), 'Enabled', name);
    const found = (await world.questions.explain?.({ subject: KEY })) as Explained;
    assert.deepEqual(found.remedies, [], name);
  }
});
