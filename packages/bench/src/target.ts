import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  ApacheBroker,
  ApacheNameserver,
  apacheLibrary,
  startRocketeer,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import type { FlushMode } from './scenario.js'

/** A broker under load. */
export interface Target {
  readonly name: string
  readonly address: string
  /** Of its process, when that runs on this machine. */
  readonly pid: number | undefined
  /** From the start of its process to the first connection it takes; missing when somebody else started it. */
  readonly startMs: number | undefined
  close(): Promise<void>
}

export type TargetName = 'rocketeer' | 'apache'

export interface StartOptions {
  readonly flush: FlushMode
  /** Where a CPU profile of our broker is written when it stops. */
  readonly profileDirectory?: string | undefined
}

const START_TIMEOUT_MS = 60_000

/** Starts a broker of its own on free ports and a temporary data directory. */
export async function startTarget(name: TargetName, options: StartOptions): Promise<Target> {
  return name === 'apache' ? startApache(options) : startOurs(options)
}

async function startOurs({ flush, profileDirectory }: StartOptions): Promise<Target> {
  const directory = await TemporaryDirectory.create('bench-rocketeer-')
  const profile = profileDirectory === undefined ? [] : await profileArguments(profileDirectory)
  const startedAt = performance.now()
  const ports = ['--nameserver-port', '0', '--broker-port', '0']
  const args = ['start', '--directory', directory.path, ...ports, '--flush-mode', flush]
  const program = startRocketeer('Rocketeer', args, profile)
  const close = async () => {
    await program.stop()
    await directory.remove()
  }
  try {
    const [, address] = await program.line(/^\s*broker\s+(\S+:\d+)/, { withinMs: START_TIMEOUT_MS })
    const startMs = performance.now() - startedAt
    return { name: 'rocketeer', address: address!, pid: program.pid, startMs, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function profileArguments(directory: string): Promise<string[]> {
  const path = resolve(directory)
  await mkdir(path, { recursive: true })
  return ['--cpu-prof', `--cpu-prof-dir=${path}`]
}

async function startApache({ flush }: StartOptions): Promise<Target> {
  await apacheLibrary()
  const nameserver = await ApacheNameserver.start()
  try {
    const startedAt = performance.now()
    const broker = await ApacheBroker.start({
      nameservers: [nameserver.address],
      heap: 'large',
      properties: {
        flushDiskType: flush === 'sync' ? 'SYNC_FLUSH' : 'ASYNC_FLUSH',
        enablePropertyFilter: 'true',
        // Apache's default, which the brokers of tests do not have.
        waitTimeMillsInSendQueue: '200',
      },
    })
    const startMs = performance.now() - startedAt
    const close = async () => {
      await broker.close()
      await nameserver.close()
    }
    return { name: 'apache', address: broker.address, pid: broker.process.pid, startMs, close }
  } catch (error) {
    await nameserver.close()
    throw error
  }
}
