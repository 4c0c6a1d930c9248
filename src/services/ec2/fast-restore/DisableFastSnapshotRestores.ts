/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableFastSnapshotRestores.html */
import { ec2 } from '../ec2.ts';
import { resourceChecks } from '../resource/kind.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import { fastRestores, isOn } from './fast-restore.ts';
import { outcomesOf, zonesOfRequest } from './fast-restore-request.ts';
import { enterState, USER } from './fast-restore-states.ts';

export default ec2.operation('DisableFastSnapshotRestores', {
  async checks(context, input) {
    zonesOfRequest(context.region, input);
    const action = 'ec2:DisableFastSnapshotRestores';
    return { snapshots: await resourceChecks(context, snapshotKind, action, input.SourceSnapshotIds) };
  },
  execute(context, input, { snapshots }) {
    const { account, region, tx } = context;
    return outcomesOf(
      snapshots.map(({ record }) => record),
      zonesOfRequest(region, input),
      async ({ id }, { name }) => {
        const restore = await tx.get(fastRestores, [account, region, id, name]);
        if (restore && isOn(restore)) return enterState(context, restore, 'disabling', USER);
        return {
          code: 'IncorrectState',
          message: `Fast snapshot restores are not enabled for the snapshot '${id}' in ${name}.`,
        };
      },
    );
  },
});
