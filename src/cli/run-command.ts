/** A command as a child of this process, with its signals passed on. */
import { type ChildProcess, spawn } from 'node:child_process';
import { signalNumber } from '../platform/node/index.ts';
import { obstacleToRunning } from '../platform/node/program.ts';

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
    child.on('error', (error) => {
      const { why, code } = obstacleToRunning(command, environment.PATH) ?? { why: error.message, code: 126 };
      process.stderr.write(`latchkey: cannot run ${command}: ${why}\n`);
      resolve(code);
    });
    child.on('exit', (code, signal) => {
      for (const each of PASSED_ON) process.off(each, pass);
      // As a shell gives it.
      resolve(code ?? 128 + signalNumber(signal as NodeJS.Signals));
    });
  });
}
