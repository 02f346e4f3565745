import { type BrokerProcess, type BrokerProcessOptions, writeBrokerConf } from '../broker-process.js'
import { freePort } from '../free-port.js'
import type { ChildProgram } from '../process/child-program.js'
import { TemporaryDirectory } from '../temporary-directory.js'
import { startRocketeer } from './rocketeer-command.js'

const START_TIMEOUT_MS = 30_000

/** Our broker in a process of its own, started from the same `broker.conf` as Apache's. */
export class RocketeerBroker implements BrokerProcess {
  private constructor(
    readonly process: ChildProgram,
    readonly port: number,
    readonly storeDirectory: string,
    private readonly home: TemporaryDirectory,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  static async start(options: BrokerProcessOptions): Promise<RocketeerBroker> {
    const home = await TemporaryDirectory.create('rocketeer-broker-')
    const port = options.port ?? (await freePort())
    const { config, storeDirectory } = await writeBrokerConf(home.path, options, port)
    const process = startRocketeer('Rocketeer broker', ['broker', '--config', config])
    const broker = new RocketeerBroker(process, port, storeDirectory, home)
    try {
      await process.line(/answers at/, { withinMs: START_TIMEOUT_MS })
    } catch (error) {
      await broker.close()
      throw error
    }
    return broker
  }

  async stop(): Promise<void> {
    const end = await this.process.stop()
    if (end !== 0) throw this.process.failure('did not stop cleanly')
  }

  async kill(): Promise<void> {
    await this.process.kill()
  }

  async close(): Promise<void> {
    await this.process.kill()
    await this.home.remove()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
