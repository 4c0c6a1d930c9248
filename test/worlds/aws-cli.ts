/** The AWS CLI, where one is installed. */
import { spawnSync } from 'node:child_process';

/** For `skip`: false where there is one, else what is missing. */
export const lacksAwsCli =
  spawnSync('aws', ['--version']).status === 0 ? false : 'the AWS CLI ("aws") is not installed';
