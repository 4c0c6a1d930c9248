/**
 * Simulated instances: the instance host's port without a hypervisor. An instance is up or it is not, and when it is,
 * it passes its status checks or fails them. Nothing is kept: after a restart EC2 boots what should be running.
 */
export type Health = 'ok' | 'impaired';

class SimulatedInstances {
  readonly #up = new Map<string, Health>();

  async boot(instanceId: string): Promise<void> {
    this.#up.set(instanceId, 'ok');
  }

  async reboot(instanceId: string): Promise<void> {
    if (this.#up.has(instanceId)) this.#up.set(instanceId, 'ok');
  }

  async stop(instanceId: string): Promise<void> {
    this.#up.delete(instanceId);
  }

  async terminate(instanceId: string): Promise<void> {
    this.#up.delete(instanceId);
  }

  async fail(instanceId: string): Promise<void> {
    if (this.#up.has(instanceId)) this.#up.set(instanceId, 'impaired');
  }

  health(instanceId: string): Health | undefined {
    return this.#up.get(instanceId);
  }
}

export function simulatedInstances(): SimulatedInstances {
  return new SimulatedInstances();
}
