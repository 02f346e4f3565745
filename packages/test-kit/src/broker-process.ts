import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChildProgram } from './process/child-program.js'

export const DEFAULT_BROKER_NAME = 'broker-a'

/** How a broker is started, Apache's or ours: both read the same file. */
export interface BrokerProcessOptions {
  /** `host:port` of each nameserver, Apache's or ours. */
  nameservers: readonly string[]
  brokerName?: string
  brokerClusterName?: string
  /** Where it keeps its messages (`storePathRootDir`); a temporary directory when left out. */
  storeDirectory?: string
  port?: number
  /** Further lines of broker.conf, by Apache's own names. */
  properties?: Record<string, string | number | boolean>
}

/** A broker in a process of its own. */
export interface BrokerProcess extends AsyncDisposable {
  readonly process: ChildProgram
  readonly port: number
  readonly address: string
  readonly storeDirectory: string
  /** A clean stop: everything flushed, `abort` removed, consumer offsets persisted. The store stays. */
  stop(): Promise<void>
  /** SIGKILL. The store stays. */
  kill(): Promise<void>
  /** Kills it if it still runs and removes its temporary files (a `storeDirectory` given by the caller stays). */
  close(): Promise<void>
}

export interface NameserverProcessOptions {
  port?: number
  /** Tells clients of order topics (`orderMessageEnable`). */
  orderTopics?: boolean
}

export interface NameserverProcess extends AsyncDisposable {
  readonly process: ChildProgram
  readonly port: number
  readonly address: string
  /** It keeps nothing on disk that matters, so it is simply killed. */
  close(): Promise<void>
}

/** Writes `broker.conf` into `home` and makes the store's directory. */
export async function writeBrokerConf(
  home: string,
  options: BrokerProcessOptions,
  port: number,
): Promise<{ config: string; storeDirectory: string }> {
  const storeDirectory = options.storeDirectory ?? join(home, 'store')
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
  const config = join(home, 'broker.conf')
  await writeFile(config, lines.join(''))
  return { config, storeDirectory }
}
