/** `latchkey volume`: attached volumes, and where they can be read and written over NBD. */
import { type Command, UsageError } from './command.ts';
import { ask, requireServer } from './server-connection.ts';

interface Attachment {
  readonly volumeId: string;
  readonly nbdUri: string;
  readonly account?: string;
  readonly region?: string;
  readonly sizeGiB?: number;
  /** Absent of a volume that is not encrypted. */
  readonly kmsKeyId?: string;
  readonly instances: readonly { readonly instanceId: string; readonly device: string }[];
}

export const volume: Command = {
  summary: 'list attached volumes, or print where one can be read and written over NBD',
  usage: `
Usage: latchkey volume list [--json]
       latchkey volume connect VOLUME

An attached volume is a disk behind an NBD socket: nbdinfo "$(latchkey volume connect vol-…)"

  --json           the list as JSON
`,
  options: { json: { type: 'boolean' } },
  asksServer: true,
  maxWords: 2,
  async run({ values, words: [verb, volumeId] }) {
    if (verb !== 'list' && !(verb === 'connect' && volumeId)) {
      throw new UsageError('try: latchkey volume list, or: latchkey volume connect vol-…');
    }
    const { attachments } = await ask<{ attachments: Attachment[] }>(requireServer(values), 'volumes');
    if (verb === 'list') {
      list(attachments, values.json === true);
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

function list(attachments: readonly Attachment[], json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(attachments, null, 2)}\n`);
  else if (attachments.length === 0) process.stderr.write('No volume is attached to a running instance.\n');
  else process.stdout.write(columns([HEADINGS, ...attachments.map(row)]));
}

const HEADINGS = ['VOLUME', 'SIZE', 'ATTACHED TO', 'KEY', 'NBD URI'];

const row = ({ volumeId, sizeGiB, instances, kmsKeyId, nbdUri }: Attachment): string[] => [
  volumeId,
  sizeGiB === undefined ? '' : `${sizeGiB} GiB`,
  instances.map(({ instanceId, device }) => `${instanceId} ${device}`).join(', '),
  kmsKeyId ?? 'not encrypted',
  nbdUri,
];

/** Rows as lines, each column as wide as its widest cell. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = HEADINGS.map((_heading, at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)));
  return rows
    .map(
      (cells) =>
        `${cells
          .map((cell, at) => cell.padEnd(widths[at] as number))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
