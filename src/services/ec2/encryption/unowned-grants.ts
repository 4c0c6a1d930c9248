/**
 * Grants that nothing of EC2's stands for: KMS made them for a call whose own change a killed server never committed.
 * They are retired when the next one starts.
 */
import { parseArn } from '../../../aws/arn.ts';
import { EBS_CONTEXT_KEY } from '../../../aws/ebs-context.ts';
import { REGIONS } from '../../../aws/regions.ts';
import type { RetirableGrant } from '../../../invoke/ports/ports.ts';
import type { Runtime } from '../../../invoke/runtime.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { instances } from '../instance/instance.ts';
import { rootVolumeTasks } from '../root-volume/replace-root-volume-task.ts';
import { snapshots } from '../snapshot/snapshot.ts';
import { volumes } from '../volume/volume.ts';
import { servicePrincipal } from './data-key.ts';
import { retireGrantsStep } from './retire-grants.ts';

/** Once, when the server starts: no call is under way that could be about to record a grant. */
export async function retireUnownedGrants({
  store,
  workflows,
  clock,
  entropy,
  ports,
}: Runtime): Promise<void> {
  await store.transact(async (tx) => {
    const retirable: [region: string, grant: RetirableGrant][] = [];
    for (const { name } of REGIONS) {
      for (const grant of await ports.grants.retirableBy(tx, servicePrincipal(name), name)) {
        retirable.push([name, grant]);
      }
    }
    if (retirable.length === 0) return;
    const isOwned = await ownership(tx);
    for (const [region, grant] of retirable) {
      if (isOwned(grant)) continue;
      const { keyArn, grantId, grantee } = grant;
      // An instance's account, or that of the key where EBS itself was to open it.
      const account = (parseArn(grantee) ?? parseArn(keyArn))!.account;
      const due = { dueAtMs: clock.nowMs(), account, region, requestId: uuid(entropy) };
      workflows.schedule(tx, retireGrantsStep, { grants: [{ grantId, keyArn }] }, due);
    }
  });
}

async function ownership(tx: ReadTransaction): Promise<(grant: RetirableGrant) => boolean> {
  const running = new Set(
    (await tx.list(instances)).filter(({ state }) => state === 'running').map(({ id }) => id),
  );
  const grantIds = new Set<string | undefined>();
  /** Of an account that was imported, which grant is an attachment's is not known. */
  const uses = new Set<string>();
  for (const { attachments, creation, dataKey } of await tx.list(volumes)) {
    grantIds.add(creation?.grant?.grantId);
    for (const { grant, instanceId } of attachments) {
      if (grant) grantIds.add(grant.grantId);
      else if (dataKey && running.has(instanceId)) uses.add(`${instanceId} ${dataKey.contextId}`);
    }
  }
  for (const { copy, tiering } of await tx.list(snapshots)) {
    for (const { grant } of copy?.grants ?? []) grantIds.add(grant.grantId);
    grantIds.add(tiering?.move?.grant?.grantId);
  }
  for (const { grant } of await tx.list(rootVolumeTasks)) grantIds.add(grant?.grantId);
  return ({ grantId, grantee, encryptionContext }) =>
    grantIds.has(grantId) || uses.has(`${grantee.split('/').at(-1)} ${encryptionContext[EBS_CONTEXT_KEY]}`);
}
