import { readFile } from 'node:fs/promises'
import type { BrokerOptions } from '@rocketeer/broker'
import { messageOf } from '@rocketeer/foundation'
import { type Command, Option } from 'commander'
import { UsageError } from './failure.js'
import { warn } from './output.js'
import { collectPair, parsePort } from './parse.js'

/** Flags of `rocketeer start` and `rocketeer broker`. */
export interface BrokerFlags {
  directory: string
  host: string
  /** `--broker-port`, a flag of `start` only. */
  brokerPort?: number
  /** `--port`, a flag of `broker` only. */
  port?: number
  vipChannel: boolean
  advertise?: string
  flushMode: 'async' | 'sync'
  config?: string
  option?: Record<string, string>
}

/** `port` names the flag for the broker's port, since `start` has a port of the nameserver, too. */
export function addBrokerFlags(
  command: Command,
  { host, port }: { host: string; port: '--port' | '--broker-port' },
): Command {
  return command
    .option('-d, --directory <path>', 'where the broker keeps its data', './data')
    .option('--host <address>', 'address to listen on; 0.0.0.0 lets other machines in', host)
    .option(`${port} <port>`, 'port of the broker; 0 takes a free one', parsePort, 10_911)
    .option(
      '--no-vip-channel',
      'do not listen two ports below, where Java clients up to 4.5.0 look for a broker',
    )
    .option('--advertise <host[:port]>', 'address that clients are told, if it is not the one listened on')
    .addOption(
      new Option(
        '--flush-mode <mode>',
        'async: messages are acknowledged once written, sync: once flushed to disk',
      )
        .choices(['async', 'sync'])
        .default('async'),
    )
    .option('-c, --config <file>', "a broker.conf with Apache RocketMQ's option names; flags given here win")
    .option(
      '-o, --option <name=value>',
      "an option as in broker.conf, under Apache's name; may be repeated; wins over changes by cluster set",
      collectPair,
    )
}

/** The broker's options. Typed flags override `--option`, which overrides the file, which overrides the flags' defaults. */
export async function brokerOptionsFrom(flags: BrokerFlags, command: Command): Promise<BrokerOptions> {
  const defaults = optionsOf(flags)
  const typed = typedOptionsOf(defaults, command)
  const file = flags.config === undefined ? {} : await readConfig(flags.config)
  const single = await readOptions(flags.option ?? {})
  const commandLineOptions = Object.keys({ ...single, ...typed })
  return { ...defaults, ...file, ...single, ...typed, commandLineOptions }
}

/** Reads `--option` flags as the lines of a broker.conf; an option without effect, a warning there, is an error here. */
async function readOptions(options: Readonly<Record<string, string>>): Promise<Partial<BrokerOptions>> {
  const { readBrokerConf } = await import('@rocketeer/broker')
  const text = Object.entries(options).map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
  const { options: read, warnings } = readBrokerConf(text.join(''), '--option')
  if (warnings.length > 0) throw new UsageError(`--option: ${warnings.join('; ')}`)
  return read
}

function optionsOf(flags: BrokerFlags) {
  const { directory, host, flushMode, vipChannel, advertise, port = flags.brokerPort } = flags
  return { directory, host, port, flushMode, vipChannel, ...(advertise === undefined ? {} : { advertise }) }
}

/** The options whose flags were typed. Flags and options share names, except for `--broker-port`, the option `port`. */
function typedOptionsOf(options: ReturnType<typeof optionsOf>, command: Command) {
  const isTyped = (flag: string) => command.getOptionValueSource(flag) === 'cli'
  const typed = Object.entries(options).filter(
    ([option]) => isTyped(option) || (option === 'port' && isTyped('brokerPort')),
  )
  return Object.fromEntries(typed)
}

async function readConfig(path: string): Promise<Partial<BrokerOptions>> {
  const { readBrokerConf } = await import('@rocketeer/broker')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`)
  }
  const { options, warnings } = readBrokerConf(text, path)
  for (const warning of warnings) warn('warning', `${path}: ${warning}`)
  return options
}
