import type { NameserverProcess, NameserverProcessOptions } from '../broker-process.js'
import { freePort } from '../free-port.js'
import type { ChildProgram } from '../process/child-program.js'
import { startRocketeer } from './rocketeer-command.js'

const START_TIMEOUT_MS = 20_000

/** Our nameserver in a process of its own. */
export class RocketeerNameserver implements NameserverProcess {
  private constructor(
    readonly process: ChildProgram,
    readonly port: number,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  static async start(options: NameserverProcessOptions = {}): Promise<RocketeerNameserver> {
    const port = options.port ?? (await freePort())
    const process = startRocketeer('Rocketeer nameserver', [
      'nameserver',
      '--port',
      String(port),
      ...(options.orderTopics ? ['--order-topics'] : []),
    ])
    const nameserver = new RocketeerNameserver(process, port)
    try {
      await process.line(/nameserver listens on/, { withinMs: START_TIMEOUT_MS })
    } catch (error) {
      await nameserver.close()
      throw error
    }
    return nameserver
  }

  close(): Promise<void> {
    return this.process.kill()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
