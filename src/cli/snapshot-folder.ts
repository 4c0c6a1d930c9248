/** The folder that --from names. What is wrong with it is told as the fault of any other option is. */
import { SnapshotError } from '../import/snapshot/snapshot.ts';
import { UsageError } from './command.ts';

export async function ofSnapshot<Opened>(
  from: unknown,
  open: (folder: string) => Opened | Promise<Opened>,
): Promise<Opened> {
  const folder = String(from);
  if (folder === '') throw new UsageError('--from takes the folder of a snapshot');
  try {
    return await open(folder.replace(/(?<=.)\/+$/, ''));
  } catch (error) {
    throw error instanceof SnapshotError ? new UsageError(error.message, { cause: error }) : error;
  }
}
