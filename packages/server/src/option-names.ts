import { type BrokerOptions, brokerOptionNames } from '@rocketeer/broker'
import { isRocketeerError, nearestName, option, optionErrors, parseOptions, z } from '@rocketeer/foundation'

const SUBJECT = 'startServer'

/** Options of a broker that `startServer` sets itself → what it has instead. */
const OF_PARTS: Partial<Record<keyof BrokerOptions, string>> = {
  port: 'the broker listens on "brokerPort", the nameserver on "nameserverPort"',
  nameservers: 'the broker registers with the nameserver that starts with it',
}

/** The options of `startServer`. */
const names: readonly string[] = [
  ...['directory', 'host', 'nameserverPort', 'brokerPort'],
  ...['clock', 'ioClock', 'logger', 'files', 'random', 'commandLineOptions'],
  ...brokerOptionNames.filter((name) => !(name in OF_PARTS)),
]

/** What `startServer` uses before the parts check the rest. */
const schema = z.looseObject({ directory: option.text().nullish() })

/** Throws `OPTION_INVALID`, also for options that only a broker by itself has: they would have no effect. */
export function checkServerOptions(options: unknown): void {
  parseOptions(schema, options, SUBJECT)
  const problems = Object.entries(OF_PARTS).flatMap(([name, instead]) =>
    Object.hasOwn(options ?? {}, name) ? [`unknown option "${name}": ${instead}`] : [],
  )
  if (problems.length > 0) throw optionErrors.OPTION_INVALID({ subject: SUBJECT, problems })
}

/** Of an error about options, the same as the caller of `startServer` knows them; `port` is the option for the port. */
export function withOurNames(error: unknown, port: string): unknown {
  if (!isRocketeerError(error, 'OPTION_INVALID')) return error
  const problems = error.details.problems.map((problem) => {
    const [, unknown] = /^unknown option "([^"]+)"/.exec(problem) ?? []
    if (unknown === undefined) return problem.replace(/(^| called )"port"/, `$1"${port}"`)
    const meant = nearestName(unknown, names)
    return `unknown option "${unknown}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`
  })
  return optionErrors.OPTION_INVALID({ subject: SUBJECT, problems }, error)
}
