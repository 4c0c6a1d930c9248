/** All commands, in the order of `latchkey --help`. */
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

export const COMMANDS: Readonly<Record<string, Command>> = {
  start,
  stop,
  status,
  reset,
  exec,
  env,
  console: consoleCommand,
  explain,
  can,
  'who-can': whoCan,
  'what-can': whatCan,
  'what-if': whatIf,
  import: importCommand,
  watch,
  audit,
  check,
  redact,
  volume,
  clock,
  spot,
  issuer,
  'check-data': dataCheck,
  rekey,
  'try-templates': tryTemplates,
};

export const HELP = `Latchkey: test, and have explained, who may use which encryption key on AWS.

Usage: latchkey <command> [options]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(13)} ${summary}`)
  .join('\n')}

latchkey <command> --help prints the options of a command; latchkey --version prints the version.
`;
