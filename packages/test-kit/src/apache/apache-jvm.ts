import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChildProgram } from '../process/child-program.js'
import { startJava } from '../process/java-program.js'
import { apacheLibrary } from './apache-artifacts.js'

/**
 * `small` for tests, `least` where several brokers run at once; `large`, for comparing speed, is the least that Apache
 * recommends, with all memory touched at the start.
 */
export type ApacheHeap = 'least' | 'small' | 'large'

const heaps: Record<ApacheHeap, readonly string[]> = {
  least: ['-Xms256m', '-Xmx1g', '-XX:TieredStopAtLevel=1'],
  small: ['-Xms512m', '-Xmx1g'],
  large: ['-Xms4g', '-Xmx4g', '-XX:+AlwaysPreTouch'],
}

// Apache's runbroker.sh opens these packages of the JDK for its memory-mapped files.
const openedPackages = [
  '--add-opens=java.base/java.nio=ALL-UNNAMED',
  '--add-opens=java.base/java.lang=ALL-UNNAMED',
  '--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED',
  '--add-exports=java.base/sun.nio.ch=ALL-UNNAMED',
]

export interface ApacheJvmOptions {
  name: string
  main: string
  args: readonly string[]
  heap: ApacheHeap
  /** The folder for the logs and everything else that the program writes by default. */
  home: string
}

/** Starts one of Apache's mains with the flags of its own start scripts. */
export async function startApacheJvm(options: ApacheJvmOptions): Promise<ChildProgram> {
  const { name, main, args, heap, home } = options
  await mkdir(join(home, 'conf'), { recursive: true })
  return startJava({
    name,
    classpath: [join(await apacheLibrary(), '*')],
    main,
    args,
    jvm: [...heaps[heap], ...openedPackages, `-Duser.home=${home}`, '-XX:-UsePerfData'],
    env: { ROCKETMQ_HOME: home },
  })
}

const LOG_TAIL_LINES = 60

/** Waits for Apache's "boot success"; when that does not come, the failure has the end of the log files. */
export async function untilBooted(
  program: ChildProgram,
  { home, logs, withinMs }: { home: string; logs: readonly string[]; withinMs: number },
): Promise<void> {
  try {
    await program.line(/boot success/, { withinMs })
  } catch (error) {
    const tails = logs.map((log) => tail(join(home, 'logs/rocketmqlogs', log)))
    throw new Error(`${(error as Error).message}\n${(await Promise.all(tails)).join('\n')}`)
  }
}

async function tail(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').slice(-LOG_TAIL_LINES).join('\n')
}
