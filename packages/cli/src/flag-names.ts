import { isRocketeerError } from '@rocketeer/foundation'
import { CommandFailed } from './failure.js'

/** Options of the servers that are flags on the command line; the others can only stand in the configuration file. */
const FLAG_OF_OPTION: Readonly<Record<string, string>> = {
  directory: '--directory',
  host: '--host',
  port: '--port',
  brokerPort: '--broker-port',
  nameserverPort: '--nameserver-port',
  flushMode: '--flush-mode',
  advertise: '--advertise',
  brokerName: '--name',
  clusterName: '--cluster',
  nameservers: '--nameservers',
}

/** Starts a server; what it says about its options is said about the flags that set them. */
export async function startingByFlags<Server>(start: () => Promise<Server>): Promise<Server> {
  try {
    return await start()
  } catch (error) {
    throw inFlags(error)
  }
}

function inFlags(error: unknown): unknown {
  if (isRocketeerError(error, 'PORT_IN_USE') && 'option' in error.details) {
    const { option } = error.details
    return new CommandFailed(error.message.replace(new RegExp(`${option}$`), flagOf(option)), error)
  }
  if (isRocketeerError(error, 'OPTION_INVALID')) {
    const { problems } = error.details
    const text = problems.map((problem) => problem.replace(/^"(\w+)"/, (_, option) => flagOf(option)))
    return new CommandFailed(text.join('; '), error)
  }
  return error
}

function flagOf(option: string): string {
  return FLAG_OF_OPTION[option] ?? `"${option}"`
}
