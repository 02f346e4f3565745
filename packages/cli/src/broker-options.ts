import { readFile } from 'node:fs/promises'
import { type BrokerOptions, readBrokerConf } from '@rocketeer/broker'
import { messageOf } from '@rocketeer/foundation'
import { type Command, Option } from 'commander'
import { errorColors } from './colors.js'
import { UsageError } from './failure.js'
import { collectPair, parsePort } from './parse.js'

/** Options `start` and `broker` have in common. */
export interface BrokerFlags {
  directory: string
  host: string
  /** Of `start`. */
  brokerPort?: number
  /** Of `broker`. */
  port?: number
  advertise?: string
  flushMode: 'async' | 'sync'
  config?: string
  option: Record<string, string>
}

/** `port` is the flag for the broker's port: `start` has two ports. */
export function addBrokerFlags(
  command: Command,
  { host, port }: { host: string; port: '--port' | '--broker-port' },
): Command {
  return command
    .option('-d, --directory <path>', 'where the broker keeps its data', './data')
    .option('--host <address>', 'address to listen on; 0.0.0.0 lets other machines in', host)
    .option(`${port} <port>`, 'port of the broker; 0 takes a free one', parsePort, 10_911)
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
      'an option as in broker.conf; may be repeated; wins over changes by cluster set',
      collectPair,
      {},
    )
}

/** The broker's options: what the file says, then every flag that was typed, then defaults for what neither says. */
export async function brokerOptionsFrom(flags: BrokerFlags, command: Command): Promise<BrokerOptions> {
  const defaults = optionsOf(flags)
  const typed = typedOptionsOf(defaults, command)
  const file = flags.config === undefined ? {} : await readConfig(flags.config)
  const single = readOptions(flags.option)
  const commandLineOptions = Object.keys({ ...single, ...typed })
  return { ...defaults, ...file, ...single, ...typed, commandLineOptions }
}

/** Those given one by one are read as a file of them, but one that has no effect is a mistake here. */
function readOptions(options: Readonly<Record<string, string>>): Partial<BrokerOptions> {
  const text = Object.entries(options).map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
  const { options: read, warnings } = readBrokerConf(text.join(''), '--option')
  if (warnings.length > 0) throw new UsageError(`--option: ${warnings.join('; ')}`)
  return read
}

function optionsOf(flags: BrokerFlags) {
  const { directory, host, flushMode, advertise, port = flags.brokerPort } = flags
  return { directory, host, port, flushMode, ...(advertise === undefined ? {} : { advertise }) }
}

/** Flags have the names of their options, but for the broker's port beside the nameserver's. */
function typedOptionsOf(options: ReturnType<typeof optionsOf>, command: Command) {
  const isTyped = (flag: string) => command.getOptionValueSource(flag) === 'cli'
  const typed = Object.entries(options).filter(
    ([option]) => isTyped(option) || (option === 'port' && isTyped('brokerPort')),
  )
  return Object.fromEntries(typed)
}

async function readConfig(path: string): Promise<Partial<BrokerOptions>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`)
  }
  const { options, warnings } = readBrokerConf(text, path)
  for (const warning of warnings)
    process.stderr.write(`${errorColors.yellow('warning:')} ${path}: ${warning}\n`)
  return options
}
