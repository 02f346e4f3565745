import { isRocketeerError } from '@rocketeer/foundation'
import { CommandFailed } from './failure.js'

/** The flag of each server option that has one; other options can be set by `--option` or the configuration file only. */
const FLAG_OF_OPTION: Readonly<Record<string, string>> = {
  directory: '--directory',
  host: '--host',
  port: '--port',
  vipChannel: '--no-vip-channel',
  brokerPort: '--broker-port',
  nameserverPort: '--nameserver-port',
  flushMode: '--flush-mode',
  advertise: '--advertise',
  brokerName: '--name',
  clusterName: '--cluster',
  nameservers: '--nameservers',
}

/** Starts a server or connects; an error that names an option is thrown as an error that names the flag. */
export async function startWithFlags<Started>(start: () => Promise<Started>): Promise<Started> {
  try {
    return await start()
  } catch (error) {
    throw aboutFlags(error)
  }
}

function aboutFlags(error: unknown): unknown {
  if (isRocketeerError(error, 'PORT_IN_USE') && 'option' in error.details) {
    const { option } = error.details
    return new CommandFailed(error.message.replace(new RegExp(`${option}$`), flagOf(option)), error)
  }
  if (isRocketeerError(error, 'VIP_CHANNEL_FAILED')) {
    const { option } = error.details
    const text = error.message
      .replace(`with ${option},`, `with ${flagOf(option)},`)
      .replace('vipChannel: false', '--no-vip-channel')
    return new CommandFailed(text, error)
  }
  if (isRocketeerError(error, 'OPTION_INVALID')) {
    const { problems } = error.details
    const text = problems.map((problem) => problem.replace(/^"(\w+)"/, (_, option) => flagOf(option)))
    return new CommandFailed(text.join('; '), error)
  }
  if (isRocketeerError(error, 'NAMESERVERS_UNREACHABLE')) {
    const text = error.message.replace(/ Check the option .*$/, '')
    return new CommandFailed(
      `${text} "rocketeer start" runs a nameserver and a broker on this machine; --nameservers (of migrate: --from and --to) or NAMESRV_ADDR name others.`,
      error,
    )
  }
  return error
}

function flagOf(option: string): string {
  return FLAG_OF_OPTION[option] ?? `"${option}"`
}
