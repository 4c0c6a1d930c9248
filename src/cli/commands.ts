/** All commands, as `latchkey --help` lists them. */
import { audit } from './audit.ts';
import { can } from './can.ts';
import { check } from './check.ts';
import { dataCheck } from './check-data.ts';
import { clock } from './clock.ts';
import type { Command } from './command.ts';
import { consoleCommand } from './console.ts';
import { env } from './env.ts';
import { exec } from './exec.ts';
import { explain } from './explain.ts';
import { importCommand } from './import.ts';
import { issuer } from './issuer.ts';
import { redact } from './redact.ts';
import { rekey } from './rekey.ts';
import { reset } from './reset.ts';
import { spot } from './spot.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import { tryTemplates } from './try-templates.ts';
import { volume } from './volume.ts';
import { watch } from './watch.ts';
import { whatCan } from './what-can.ts';
import { whatIf } from './what-if.ts';
import { whoCan } from './who-can.ts';

/** In the order in which somebody new needs them. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, Command>>>> = {
  'A server for AWS clients': { start, stop, status, reset, env, exec, watch, console: consoleCommand },
  'Questions about a server, or a snapshot': {
    explain,
    can,
    'who-can': whoCan,
    'what-can': whatCan,
    'what-if': whatIf,
    audit,
  },
  'Snapshots of real accounts': { import: importCommand, check, redact },
  'What a server simulates': { clock, spot, volume, issuer, 'try-templates': tryTemplates },
  'What a server keeps': { 'check-data': dataCheck, rekey },
};

export const COMMANDS: Readonly<Record<string, Command>> = Object.assign({}, ...Object.values(GROUPS));

const line = ([name, { summary }]: [string, Command]) => `  ${name.padEnd(13)} ${summary}`;

export const HELP = `Latchkey: test, and have explained, who may use which encryption key on AWS.

Usage: latchkey <command> [options]

${Object.entries(GROUPS)
  .map(([heading, commands]) => [heading, ...Object.entries(commands).map(line)].join('\n'))
  .join('\n\n')}

latchkey <command> --help prints the options of a command; latchkey --version prints the version.
`;
