/** The machine's Python with boto3, where that hears of AWS_ENDPOINT_URL: 1.28 of July 2023 does (docs/clients.md). */
import { spawnSync } from 'node:child_process';

const FOUND = 'import boto3, sys; assert tuple(map(int, boto3.__version__.split(".")[:2])) >= (1, 28)';

/** The path of the program; `also` are modules that it has to have beside boto3. */
export function pythonWithBoto3(...also: readonly string[]): string | undefined {
  const modules = also.map((each) => `import ${each}`);
  const script = [FOUND, ...modules, 'print(sys.executable)'].join('; ');
  const { status, stdout } = spawnSync('python3', ['-c', script], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

export const LACKS_BOTO3 = 'no Python with boto3 1.28 or newer is installed';
