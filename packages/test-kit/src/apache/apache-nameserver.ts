import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NameserverProcess, NameserverProcessOptions } from '../broker-process.js'
import { freePort } from '../free-port.js'
import type { ChildProgram } from '../process/child-program.js'
import { TemporaryDirectory } from '../temporary-directory.js'
import { bootSuccess, startApacheJvm } from './apache-jvm.js'

const START_TIMEOUT_MS = 60_000

/** A real Apache RocketMQ nameserver in a process of its own. */
export class ApacheNameserver implements NameserverProcess {
  private constructor(
    readonly process: ChildProgram,
    readonly port: number,
    private readonly home: TemporaryDirectory,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  static async start({
    port,
    orderTopics = false,
  }: NameserverProcessOptions = {}): Promise<ApacheNameserver> {
    const home = await TemporaryDirectory.create('apache-nameserver-')
    const listenPort = port ?? (await freePort())
    const config = join(home.path, 'namesrv.conf')
    await writeFile(config, `listenPort=${listenPort}\norderMessageEnable=${orderTopics}\n`)
    const process = await startApacheJvm({
      name: 'Apache nameserver',
      main: 'org.apache.rocketmq.namesrv.NamesrvStartup',
      args: ['-c', config],
      heap: 'least',
      home: home.path,
    })
    const nameserver = new ApacheNameserver(process, listenPort, home)
    try {
      await bootSuccess(process, home.path, ['namesrv.log'], START_TIMEOUT_MS)
    } catch (error) {
      await nameserver.close()
      throw error
    }
    return nameserver
  }

  async close(): Promise<void> {
    await this.process.kill()
    await this.home.remove()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
