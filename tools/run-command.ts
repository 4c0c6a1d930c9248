/** What a tool runs that prepares something for a command: its streams, its end and its exit code are the command's. */
import { spawn } from 'node:child_process';

export function runCommand(
  [command = '', ...words]: readonly string[],
  env: NodeJS.ProcessEnv,
  cleanUp: () => void,
): void {
  const child = spawn(command, words, { stdio: 'inherit', env: { ...process.env, ...env } });
  // A terminal tells both.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('SIGTERM', () => child.kill());
  child.on('exit', (code) => {
    cleanUp();
    process.exitCode = code ?? 1;
  });
}
