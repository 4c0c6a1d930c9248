/** A command as a child of this process, with its signals passed on. */
import { type ChildProcess, spawn } from 'node:child_process';
import { signalNumber } from '../platform/node/index.ts';

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a command with this process's streams; resolves with its exit code, as a shell gives it. */
export function runCommand(command: string, args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    let child: ChildProcess | undefined;
    const pass = (signal: NodeJS.Signals) => {
      // Ctrl-C in a terminal reaches the command by itself: a second one would make many programs stop at once.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child?.kill(signal);
    };
    // Before there is a command: a signal in between would end this process alone.
    for (const signal of PASSED_ON) process.on(signal, pass);
    child = spawn(command, args, { stdio: 'inherit', env: environment });
    // Codes as a shell gives them: 127 for what is not there, 128 and the number for a signal.
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      process.stderr.write(
        `latchkey: cannot run ${command}: ${isMissing ? 'no such command' : error.message}\n`,
      );
      resolve(isMissing ? 127 : 126);
    });
    child.on('exit', (code, signal) => {
      for (const each of PASSED_ON) process.off(each, pass);
      resolve(code ?? 128 + signalNumber(signal as NodeJS.Signals));
    });
  });
}
