/**
 * Makes a replica the primary key of its set, and the primary a replica. Both are asked, each in its Region, and both
 * are in state Updating until it is done.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdatePrimaryRegion.html
 */
import { lastPart } from '../../../aws/arn.ts';
import { invalidState, validation } from '../errors.ts';
import { type KeyRecord, keyArn, keys } from '../key/key.ts';
import { keyArnResponse, keyCheck, requireSuitableState } from '../key/key-check.ts';
import { resolveKey } from '../key/key-identifier.ts';
import { kms } from '../kms.ts';
import { scheduleRotation } from '../rotation/rotation.ts';
import { isPrimary, putSet, relatedKeys, scheduleSettling } from './multi-region.ts';

export default kms.operation('UpdatePrimaryRegion', {
  async checks(context, { KeyId, PrimaryRegion }) {
    const named = await resolveKey(context, KeyId);
    const question = { conditions: () => ({ 'kms:PrimaryRegion': PrimaryRegion }) };
    const current = await keyCheck(context, 'UpdatePrimaryRegion', named, question);
    const { account, key } = named;
    const replica = key && (await context.tx.get(keys, [account, PrimaryRegion, key.keyId]));
    const isOther = replica !== undefined && PrimaryRegion !== context.region;
    return {
      current,
      next: isOther
        ? await keyCheck(
            { ...context, region: PrimaryRegion },
            'UpdatePrimaryRegion',
            { arn: keyArn(replica), account, key: replica },
            question,
          )
        : undefined,
    };
  },
  preconditions(_context, { PrimaryRegion }, { current, next }) {
    requireSuitableState('UpdatePrimaryRegion', current);
    const { record: key, resource } = current;
    if (!isPrimary(key)) throw invalidState(`${resource} is not a multi-Region primary key.`);
    if (PrimaryRegion === key.region) return;
    if (!next) throw validation(`${key.keyId} does not have a replica key in the specified Region.`);
    requireSuitableState('UpdatePrimaryRegion', next);
  },
  async execute(context, { PrimaryRegion }, { current, next }) {
    const { tx } = context;
    const { record: old } = current;
    if (PrimaryRegion === old.region) return {};
    const members = await relatedKeys(tx, old);
    const set = { regions: old.multiRegion?.regions ?? [], primaryRegion: PrimaryRegion };
    const changing = new Set([current.resource, next?.resource]);
    const changed = members.map((member): KeyRecord => {
      const isChanging = changing.has(keyArn(member));
      // The plan of rotations goes with the role.
      const rotation = member.region === PrimaryRegion ? old.rotation : {};
      return isChanging ? { ...member, rotation, state: 'Updating' } : member;
    });
    putSet(tx, changed, set);
    for (const member of changed.filter(({ state }) => state === 'Updating'))
      scheduleSettling(context, member);
    const primary = changed.find(({ region }) => region === PrimaryRegion) as KeyRecord;
    const { nextAtMs } = old.rotation;
    if (nextAtMs !== undefined) scheduleRotation(context, primary, 'AUTOMATIC', nextAtMs);
    return {};
  },
  audit: {
    responseElements: keyArnResponse,
    // https://docs.aws.amazon.com/kms/latest/developerguide/ct-update-primary-region.html
    elsewhere(_output, { KeyId, PrimaryRegion }, { account, region }) {
      if (PrimaryRegion === region) return [];
      const arn = keyArn({ account, region: PrimaryRegion, keyId: lastPart(KeyId) });
      return [
        {
          region: PrimaryRegion,
          eventName: 'UpdatePrimaryRegion',
          requestParameters: { keyId: arn, primaryRegion: PrimaryRegion },
          responseElements: { keyId: arn },
          resource: { type: 'AWS::KMS::Key', arn, isListed: false },
        },
      ];
    },
  },
});
