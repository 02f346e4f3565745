import { join } from 'node:path'
import { RocketeerBroker, RocketeerNameserver, TemporaryDirectory } from '@rocketeer/test-kit'

/** A request of the Java side, see Harness.java. */
export type Request =
  | { what: 'start-nameserver' }
  | { what: 'start-broker'; name: string; properties: Record<string, string> }
  | { what: 'stop-broker'; name: string }

/** Our nameserver and brokers, started and stopped as the tests of a suite ask. */
export class SuiteServers implements AsyncDisposable {
  readonly #brokers = new Map<string, RocketeerBroker>()
  #nameserver: RocketeerNameserver | undefined

  private constructor(private readonly stores: TemporaryDirectory) {}

  static async create(): Promise<SuiteServers> {
    return new SuiteServers(await TemporaryDirectory.create('rocketeer-suite-'))
  }

  /** Carries out a request; resolves to the port of a started server. */
  async answer(request: Request): Promise<{ port?: number }> {
    switch (request.what) {
      case 'start-nameserver':
        this.#nameserver = await RocketeerNameserver.start()
        return { port: this.#nameserver.port }
      case 'start-broker':
        return { port: await this.#startBroker(request.name, request.properties) }
      case 'stop-broker':
        await this.#brokers.get(request.name)!.stop()
        return {}
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const broker of this.#brokers.values()) await broker.close()
    await this.#nameserver?.close()
    await this.stores.remove()
  }

  async #startBroker(name: string, properties: Record<string, string>): Promise<number> {
    await this.#brokers.get(name)?.close()
    const broker = await RocketeerBroker.start({
      nameservers: [this.#nameserver!.address],
      brokerName: name,
      storeDirectory: join(this.stores.path, name),
      properties,
    })
    this.#brokers.set(name, broker)
    return broker.port
  }
}
