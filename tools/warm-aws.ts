/**
 * `node tools/warm-aws.ts COMMAND WORD…`: runs it with an `aws` on its PATH that starts fast (tools/warm-aws/warm.py), where the AWS
 * CLI of this machine is one that a Python of it can load. The AWS CLI takes a second of the processor to start, and tests start it
 * a hundred times.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.ts';

const versionOf = (aws: string) => spawnSync(aws, ['--version'], { encoding: 'utf8' }).stdout;

const directory = mkdtempSync(join(tmpdir(), 'aws-'));
const program = fileURLToPath(new URL('warm-aws/warm.py', import.meta.url));
const warm = spawn('python3', [program, directory], { stdio: ['pipe', 'pipe', 'ignore'] });
const isReady = await new Promise<boolean>((resolve) => {
  warm.on('error', () => resolve(false));
  warm.on('exit', () => resolve(false));
  warm.stdout.once('data', () => resolve(true));
});
const isTheSame = isReady && versionOf('aws') === versionOf(join(directory, 'aws'));
runCommand(
  process.argv.slice(2),
  isTheSame ? { PATH: `${directory}${delimiter}${process.env.PATH}` } : {},
  () => {
    warm.stdin.end();
    rmSync(directory, { recursive: true, force: true });
  },
);
