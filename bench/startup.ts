/** From the start of the process to the first answer, of the package as it is installed and of the sources as they are. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from '../tools/build.ts';

const RUNS = 7;
const REST_MS = 1000;

interface Start {
  readonly answeredMs: number;
  readonly residentMiB: number;
}

async function start(script: string, data: string): Promise<Start> {
  const begunMs = performance.now();
  const child = spawn(process.execPath, [script, 'start', '--port', '0', '--data', data, '--log', 'off'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    const url = /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
    await fetch(`${url}/_latchkey/health`).then((response) => response.text());
    const answeredMs = performance.now() - begunMs;
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return { answeredMs, residentMiB: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024 };
  } finally {
    child.kill();
    await new Promise((resolve) => child.once('exit', resolve));
  }
}

async function bare(directory: string): Promise<number> {
  const script = join(directory, 'bare.mjs');
  writeFileSync(script, "process.stdout.write('up\\n'); setInterval(() => {}, 1e6);");
  const begunMs = performance.now();
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill();
  return performance.now() - begunMs;
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

export async function startupBench(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-startup-'));
  try {
    const out = join(directory, 'dist');
    await buildPackage(out);
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    const scripts = {
      'the package': join(out, 'latchkey.js'),
      'the sources': fileURLToPath(new URL('../bin/latchkey.js', import.meta.url)),
    };
    const bareMs = median(
      await Promise.all([await bare(directory), await bare(directory), await bare(directory)]),
    );
    console.log(`an empty Node process: ${bareMs.toFixed(0)} ms`);
    for (const [name, script] of Object.entries(scripts)) {
      const runs: Start[] = [];
      for (let run = 0; run < RUNS; run++) runs.push(await start(script, join(directory, 'data')));
      const answeredMs = median(runs.map((each) => each.answeredMs));
      const residentMiB = median(runs.map((each) => each.residentMiB));
      console.log(
        `${name.padEnd(12)} first answer after ${answeredMs.toFixed(0)} ms (${(answeredMs / bareMs).toFixed(1)} times the empty process), ${residentMiB.toFixed(0)} MiB at rest`,
      );
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
