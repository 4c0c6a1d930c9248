/** Configurations of the kinds that modules make: each is applied, shows no difference after, and is destroyed. */
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServerFor } from '../worlds/server.ts';
import { missingTerraform, terraformOf } from '../worlds/terraform.ts';

const FOLDER = new URL('terraform/', import.meta.url);

describe('a configuration of the kind that modules make', { skip: missingTerraform }, () => {
  for (const name of readdirSync(FOLDER)) {
    test(name, { timeout: 240_000 }, async (t) => {
      const server = await startServerFor(t, { delays: 0 });
      const terraform = await terraformOf(t, server, fileURLToPath(new URL(name, FOLDER)));
      await terraform.apply();
      await terraform.planNothing();
      await terraform.destroy();
    });
  }
});
