import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './free-port.js'
import type { ChildProgram } from './process/child-program.js'
import { ServerProcess } from './server-process.js'
import { TemporaryDirectory } from './temporary-directory.js'

export const DEFAULT_BROKER_NAME = 'broker-a'

/** Options of a broker process, Apache's or ours: both read the same `broker.conf`. */
export interface BrokerProcessOptions {
  /** `host:port` of each nameserver, Apache's or ours. */
  nameservers: readonly string[]
  brokerName?: string
  brokerClusterName?: string
  /** Where the broker keeps its messages (`storePathRootDir`); a temporary directory when left out. */
  storeDirectory?: string
  /** A free one when left out. */
  port?: number
  /** Further lines of broker.conf, by Apache's own names. */
  properties?: Record<string, string | number | boolean>
}

/** What a broker process needs before it can start. */
export interface BrokerHome {
  readonly home: TemporaryDirectory
  readonly port: number
  /** Path of `broker.conf`. */
  readonly config: string
  readonly storeDirectory: string
}

/** A broker in a process of its own. `kill` leaves the store, and so does `close` when the caller chose its directory. */
export abstract class BrokerProcess extends ServerProcess {
  readonly storeDirectory: string

  protected constructor(process: ChildProgram, { home, port, storeDirectory }: BrokerHome) {
    super({ process, port, home })
    this.storeDirectory = storeDirectory
  }

  /** A clean stop: everything flushed, `abort` removed, consumer offsets persisted. The store stays. */
  abstract stop(): Promise<void>
}

/**
 * Makes the directories of a broker and writes its `broker.conf`. `neighbours` are further ports the broker listens at,
 * relative to its own.
 */
export async function prepareBroker(
  options: BrokerProcessOptions,
  neighbours: readonly number[] = [],
): Promise<BrokerHome> {
  const home = await TemporaryDirectory.create('broker-')
  const port = options.port ?? (await freePort(neighbours))
  const storeDirectory = options.storeDirectory ?? join(home.path, 'store')
  await mkdir(storeDirectory, { recursive: true })
  const properties = {
    brokerName: options.brokerName ?? DEFAULT_BROKER_NAME,
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
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`)
  const config = join(home.path, 'broker.conf')
  await writeFile(config, lines.join(''))
  return { home, port, config, storeDirectory }
}
