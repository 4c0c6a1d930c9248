/** Every operation that is served, by service and name. */
import type { Operation, ServiceDefinition } from './operation.ts';

export class Registry {
  readonly #services = new Map<string, ServiceDefinition>();
  readonly #operations = new Map<string, Operation>();

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      const key = `${operation.service.id}:${operation.name}`;
      if (this.#operations.has(key)) throw new Error(`${key} is registered twice`);
      this.#operations.set(key, operation);
      this.#services.set(operation.service.id, operation.service);
    }
  }

  operation(service: string, name: string): Operation | undefined {
    return this.#operations.get(`${service}:${name}`);
  }

  service(id: string): ServiceDefinition | undefined {
    return this.#services.get(id);
  }

  operations(): Iterable<Operation> {
    return this.#operations.values();
  }
}
