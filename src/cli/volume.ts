import { type Command, UsageError } from './command.ts';
import { ask, requireServer } from './server-connection.ts';

interface Attachment {
  readonly volumeId: string;
  readonly nbdUri: string;
}

export const volume: Command = {
  summary: 'list attached volumes, or tell where one can be read and written over NBD',
  usage: `
Usage: latchkey volume list
       latchkey volume connect VOLUME

An attached volume is a disk behind an NBD socket: nbdinfo "$(latchkey volume connect vol-…)"
`,
  options: {},
  async run({ words: [verb, volumeId] }) {
    const { attachments } = await ask<{ attachments: Attachment[] }>(requireServer(), 'volumes');
    if (verb === 'list') {
      for (const each of attachments) process.stdout.write(`${each.volumeId}\t${each.nbdUri}\n`);
      return 0;
    }
    if (verb !== 'connect' || !volumeId)
      throw new UsageError('latchkey volume list | latchkey volume connect vol-…');
    const attachment = attachments.find((each) => each.volumeId === volumeId);
    if (!attachment)
      throw new UsageError(`${volumeId} is not attached to an instance that holds its data key`);
    process.stdout.write(`${attachment.nbdUri}\n`);
    return 0;
  },
};
