/** The thread in which long YAML is read. */
import { parentPort, workerData } from 'node:worker_threads';
import { AwsError } from '../../../aws/aws-error.ts';
import type { ReadAhead } from './long-yaml.ts';
import { readTemplateText } from './template-text.ts';

function outcomeOf(body: string): ReadAhead {
  try {
    return { value: readTemplateText(body) };
  } catch (error) {
    if (error instanceof AwsError) return { refusal: error.message };
    throw error;
  }
}

parentPort?.postMessage(outcomeOf(workerData));
