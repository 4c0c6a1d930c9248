/**
 * Rotates a key's material now, whatever its plan. For a key with imported material, what was imported for the
 * purpose takes over.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { invalidState, limitExceeded } from '../errors.ts';
import { keys } from '../key/key.ts';
import { keyChecks, requireSuitableState } from '../key/key-check.ts';
import { materialsOf } from '../key/material.ts';
import { kms } from '../kms.ts';
import { requirePrimary, requireSymmetric, scheduleRotation } from './rotation.ts';

const MAX_ON_DEMAND = 25;

export default kms.operation('RotateKeyOnDemand', {
  checks: (context, { KeyId }) => keyChecks(context, 'RotateKeyOnDemand', KeyId),
  async preconditions({ tx }, _input, { key }) {
    const { record, resource } = key;
    requireSymmetric(record, resource);
    requireSuitableState('RotateKeyOnDemand', key);
    requirePrimary(record, resource);
    if (record.rotation.onDemandStartedAtMs !== undefined) {
      throw new AwsError('ConflictException', `${resource} has an on-demand rotation in progress.`);
    }
    if (record.origin === 'EXTERNAL' && record.nextMaterialId === undefined) {
      throw invalidState(`${resource} has no imported key material that is pending rotation.`);
    }
    const rotations = (await materialsOf(tx, record)).filter(
      ({ rotation }) => rotation?.type === 'ON_DEMAND',
    );
    if (rotations.length >= MAX_ON_DEMAND) {
      throw limitExceeded(`${resource} has reached the maximum number of on-demand rotations.`);
    }
  },
  execute(context, _input, { key }) {
    const { nowMs, tx } = context;
    tx.put(keys, { ...key.record, rotation: { ...key.record.rotation, onDemandStartedAtMs: nowMs } });
    scheduleRotation(context, key.record, 'ON_DEMAND', nowMs);
    return { KeyId: key.record.keyId };
  },
});
