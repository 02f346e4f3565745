import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../free-port.js'
import type { ChildProgram } from '../process/child-program.js'
import { TemporaryDirectory } from '../temporary-directory.js'
import { type ApacheHeap, bootSuccess, startApacheJvm } from './apache-jvm.js'

const START_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 60_000

export interface ApacheBrokerOptions {
  /** `host:port` of each nameserver, Apache's or ours. */
  nameservers: readonly string[]
  brokerName?: string
  brokerClusterName?: string
  /** Where it keeps its messages (`storePathRootDir`); a temporary directory when left out. */
  storeDirectory?: string
  port?: number
  heap?: ApacheHeap
  /** Further lines of broker.conf, by Apache's own names. */
  properties?: Record<string, string | number | boolean>
}

/** A real Apache RocketMQ broker in a process of its own. */
export class ApacheBroker implements AsyncDisposable {
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
    const storeDirectory = options.storeDirectory ?? join(home.path, 'store')
    await mkdir(storeDirectory, { recursive: true })
    const config = join(home.path, 'broker.conf')
    await writeFile(config, brokerConf(options, port, storeDirectory))
    const process = await startApacheJvm({
      name: 'Apache broker',
      main: 'org.apache.rocketmq.broker.BrokerStartup',
      args: ['-c', config],
      heap: options.heap ?? 'small',
      home: home.path,
    })
    const broker = new ApacheBroker(process, port, storeDirectory, home)
    try {
      // Printed after the store is recovered, the port is open and the first registration was answered.
      await bootSuccess(process, home.path, ['broker_default.log', 'broker.log'], START_TIMEOUT_MS)
    } catch (error) {
      await broker.close()
      throw error
    }
    return broker
  }

  /** A clean stop: everything flushed, `abort` removed, consumer offsets persisted. The store stays. */
  async stop(): Promise<void> {
    await this.process.stop({ withinMs: STOP_TIMEOUT_MS })
  }

  /** SIGKILL. The store stays. */
  async kill(): Promise<void> {
    await this.process.kill()
  }

  /** Kills it if it still runs and removes its temporary files (a `storeDirectory` given by the caller stays). */
  async close(): Promise<void> {
    await this.process.kill()
    await this.home.remove()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function brokerConf(options: ApacheBrokerOptions, port: number, storeDirectory: string): string {
  const properties = {
    brokerName: options.brokerName ?? 'apache',
    brokerClusterName: options.brokerClusterName ?? 'DefaultCluster',
    brokerId: 0,
    brokerIP1: '127.0.0.1',
    listenPort: port,
    namesrvAddr: options.nameservers.join(';'),
    storePathRootDir: storeDirectory,
    storePathCommitLog: join(storeDirectory, 'commitlog'),
    autoCreateTopicEnable: true,
    ...options.properties,
  }
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}
