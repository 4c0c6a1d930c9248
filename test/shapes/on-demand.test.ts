/** What is read when it is first asked for: whatever does not fit it would be found by whoever calls first. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { ServiceModule } from '../../src/invoke/service-module.ts';
import type { Properties, PropertyType } from '../../src/services/cloudformation/resource-type/properties.ts';
import { TYPES } from '../../src/services/cloudformation/resource-type/resource-types.ts';

const services = new URL('../../src/services/', import.meta.url);

test('every operation has a shape, which has all members that are refused by name', async () => {
  for (const id of readdirSync(services)) {
    const { default: service } = (await import(`${services}${id}/index.ts`)) as { default: ServiceModule };
    assert.ok(service.operations.length > 0, id);
    for (const operation of service.operations) assert.equal(operation.shape.name, operation.name);
  }
});

/** Comes to the end of every form, or throws where an operation has no such member. */
function scalarsOf(type: PropertyType): number {
  if (typeof type === 'string') return 1;
  if ('form' in type) return scalarsOf(type.form());
  return 'list' in type ? scalarsOf(type.list) : scalarsIn(type.object);
}

const scalarsIn = (properties: Properties): number =>
  Object.values(properties).reduce((sum, { type }) => sum + scalarsOf(type), 0);

test('every property in the form of an API member finds that member', () => {
  assert.ok(TYPES.reduce((sum, { properties }) => sum + scalarsIn(properties), 0) > 500);
});
