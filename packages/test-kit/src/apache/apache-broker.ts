import {
  type BrokerProcess,
  type BrokerProcessOptions,
  DEFAULT_BROKER_NAME,
  writeBrokerConf,
} from '../broker-process.js'
import { freePort } from '../free-port.js'
import type { ChildProgram } from '../process/child-program.js'
import { TemporaryDirectory } from '../temporary-directory.js'
import { type ApacheHeap, bootSuccess, startApacheJvm } from './apache-jvm.js'
import { registered } from './registration.js'

const START_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 60_000

export interface ApacheBrokerOptions extends BrokerProcessOptions {
  heap?: ApacheHeap
}

/** A real Apache RocketMQ broker in a process of its own. */
export class ApacheBroker implements BrokerProcess {
  private constructor(
    readonly process: ChildProgram,
    readonly port: number,
    readonly storeDirectory: string,
    private readonly home: TemporaryDirectory,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  static async start(options: ApacheBrokerOptions): Promise<ApacheBroker> {
    const home = await TemporaryDirectory.create('apache-broker-')
    // Apache derives two more ports from its own: the fast one (-2) and the one for replication (+1).
    const port = options.port ?? (await freePort([-2, 1]))
    const { config, storeDirectory } = await writeBrokerConf(home.path, options, port)
    const process = await startApacheJvm({
      name: 'Apache broker',
      main: 'org.apache.rocketmq.broker.BrokerStartup',
      args: ['-c', config],
      heap: options.heap ?? 'small',
      home: home.path,
    })
    const broker = new ApacheBroker(process, port, storeDirectory, home)
    try {
      await bootSuccess(process, home.path, ['broker_default.log', 'broker.log'], START_TIMEOUT_MS)
      await registered(options.nameservers, options.brokerName ?? DEFAULT_BROKER_NAME)
    } catch (error) {
      await broker.close()
      throw error
    }
    return broker
  }

  async stop(): Promise<void> {
    await this.process.stop({ withinMs: STOP_TIMEOUT_MS })
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
