/** What brings a key back to use, by its state. */
import { parseArn } from '../../aws/arn.ts';
import type { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { keyFacts } from '../../services/kms/index.ts';
import type { Candidate } from './remedy.ts';

const NOTHING_TO_CALL: Readonly<Record<string, string>> = {
  PendingImport:
    'Import its key material, the same as before if it had some (aws kms get-parameters-for-import, aws kms import-key-material)',
  Unavailable: 'Connect its custom key store again',
};

export async function keyStateCandidates(stage: Rehearsal, keyArn: string): Promise<Candidate[]> {
  const { account, region } = parseArn(keyArn) ?? {};
  if (!account || !region) return [];
  const at = { service: 'kms', account, region };
  // No call: nobody of an account of which little is known may be let through to ask.
  const key = await stage.runtime.store.read((tx) => keyFacts({ tx, account, region }, keyArn));
  const state = key?.state ?? '';
  const about = { kind: 'state' as const, account, region, target: keyArn };
  const enable = { ...at, operation: 'EnableKey', input: { KeyId: keyArn } };
  const cancel = { ...at, operation: 'CancelKeyDeletion', input: { KeyId: keyArn } };
  if (state === 'Disabled')
    return [{ ...about, sentence: `Enable ${keyArn}, which is disabled:`, calls: () => [enable] }];
  if (state === 'PendingDeletion' || state === 'PendingReplicaDeletion') {
    return [
      {
        ...about,
        sentence: `Cancel the deletion of ${keyArn}, and enable it again:`,
        calls: () => [cancel, enable],
      },
    ];
  }
  const sentence = NOTHING_TO_CALL[state];
  return sentence ? [{ ...about, sentence: `${sentence}: ${keyArn} is in state ${state}.` }] : [];
}
