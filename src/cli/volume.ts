/** `latchkey volume`: attached volumes, and where they can be read and written over NBD. */
import { type Command, UsageError } from './command.ts';
import { ask, requireServer } from './server-connection.ts';

interface Attachment {
  readonly volumeId: string;
  readonly nbdUri: string;
}

export const volume: Command = {
  summary: 'list attached volumes, or print where one can be read and written over NBD',
  usage: `
Usage: latchkey volume list
       latchkey volume connect VOLUME

An attached volume is a disk behind an NBD socket: nbdinfo "$(latchkey volume connect vol-…)"
`,
  options: {},
  asksServer: true,
  maxWords: 2,
  async run({ values, words: [verb, volumeId] }) {
    if (verb !== 'list' && !(verb === 'connect' && volumeId)) {
      throw new UsageError('try: latchkey volume list, or: latchkey volume connect vol-…');
    }
    const { attachments } = await ask<{ attachments: Attachment[] }>(requireServer(values), 'volumes');
    if (verb === 'list') {
      if (attachments.length === 0) process.stderr.write('No volume is attached to a running instance.\n');
      for (const each of attachments) process.stdout.write(`${each.volumeId}\t${each.nbdUri}\n`);
      return 0;
    }
    const attachment = attachments.find((each) => each.volumeId === volumeId);
    if (!attachment) {
      throw new Error(
        `${volumeId} is not attached to a running instance, so nobody holds its data key. ` +
          'What is attached: latchkey volume list',
      );
    }
    process.stdout.write(`${attachment.nbdUri}\n`);
    return 0;
  },
};
