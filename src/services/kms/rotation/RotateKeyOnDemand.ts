/**
 * Rotates a key's material now, whatever its plan. For a key with imported material, what was imported for the
 * purpose takes over.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html
 */
import { MINUTE_MS } from '../../../platform/durations.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { conflict, invalidState, limitExceeded } from '../errors.ts';
import { isInEveryRegion } from '../import/imported-material.ts';
import { type KeyRecord, keys } from '../key/key.ts';
import { keyChecks, requireSuitableState } from '../key/key-check.ts';
import { materialsOf } from '../key/material.ts';
import { kms } from '../kms.ts';
import { requirePrimary, requireSymmetric, scheduleRotation } from './rotation.ts';

const MAX_ON_DEMAND = 25;
/** What AWS takes, about. */
const ON_DEMAND_MS = 120_000;
/** So long before an automatic rotation none is begun on demand. */
const BEFORE_AUTOMATIC_MS = 20 * MINUTE_MS;

export default kms.operation('RotateKeyOnDemand', {
  checks: (context, { KeyId }) => keyChecks(context, 'RotateKeyOnDemand', KeyId),
  async preconditions({ tx, nowMs }, _input, { key }) {
    const { record, resource } = key;
    requireSuitableState('RotateKeyOnDemand', key);
    requireSymmetric(record);
    requirePrimary('RotateKeyOnDemand', record, resource);
    if (isUnderWay(record)) return;
    const { nextAtMs } = record.rotation;
    if (nextAtMs !== undefined && nextAtMs <= nowMs + BEFORE_AUTOMATIC_MS) {
      throw conflict(
        'The request was rejected because an automatic rotation of this key is currently in progress or scheduled to ' +
          'begin within the next 20 minutes.',
      );
    }
    if (record.origin === 'EXTERNAL' && !(await hasNextMaterial(tx, record))) {
      throw invalidState(`No available key material pending rotation for the key: ${resource}.`);
    }
    const rotations = (await materialsOf(tx, record)).filter(
      ({ rotation }) => rotation?.type === 'ON_DEMAND',
    );
    if (rotations.length >= MAX_ON_DEMAND) {
      throw limitExceeded(
        'The on-demand rotations limit has been reached for the given keyId. ' +
          `No more on-demand rotations can be performed for this key: ${resource}`,
      );
    }
  },
  execute(context, _input, { key }) {
    const { nowMs, tx, ports } = context;
    // Asked again while it is under way, it is the same rotation.
    if (isUnderWay(key.record)) return { KeyId: key.resource };
    tx.put(keys, { ...key.record, rotation: { ...key.record.rotation, onDemandStartedAtMs: nowMs } });
    scheduleRotation(context, key.record, 'ON_DEMAND', nowMs, nowMs + ports.delays.scaled(ON_DEMAND_MS));
    return { KeyId: key.resource };
  },
});

const hasNextMaterial = async (tx: ReadTransaction, key: KeyRecord): Promise<boolean> =>
  key.nextMaterialId !== undefined && (await isInEveryRegion(tx, key, key.nextMaterialId));

const isUnderWay = ({ rotation }: KeyRecord) => rotation.onDemandStartedAtMs !== undefined;
