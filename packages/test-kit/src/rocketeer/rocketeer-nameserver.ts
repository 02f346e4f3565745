import { freePort } from '../free-port.js'
import { NameserverProcess, type NameserverProcessOptions } from '../server-process.js'
import { startRocketeer } from './rocketeer-command.js'

const START_TIMEOUT_MS = 20_000

/** Our nameserver in a process of its own. */
export class RocketeerNameserver extends NameserverProcess {
  static async start(options: NameserverProcessOptions = {}): Promise<RocketeerNameserver> {
    const { port = await freePort(), orderTopics = false } = options
    const args = ['nameserver', '--port', String(port), ...(orderTopics ? ['--order-topics'] : [])]
    const process = startRocketeer('Rocketeer nameserver', args)
    return new RocketeerNameserver({ process, port }).started(() =>
      process.line(/nameserver listens on/, { withinMs: START_TIMEOUT_MS }),
    )
  }
}
