/** A disk that is only looked at: what would change it does nothing. */
import type { Disk } from './disk.ts';

export function readOnly(disk: Disk): Disk {
  return {
    list: (directory) => disk.list(directory),
    open(path, mode) {
      if (mode !== 'edit') throw new Error(`${path} would be written`);
      const file = disk.open(path, mode);
      return {
        size: () => file.size(),
        read: (position, target) => file.read(position, target),
        write: () => {},
        sync: async () => {},
        syncNow: () => {},
        truncate: () => {},
        close: () => file.close(),
      };
    },
    openNameless: () => disk.openNameless(),
    makeDirectory: () => {},
    rename: () => {},
    remove: () => {},
    syncDirectory: () => {},
  };
}
