import { readFile } from 'node:fs/promises'
import { type BrokerOptions, readBrokerConf } from '@rocketeer/broker'
import { messageOf } from '@rocketeer/foundation'
import { type Command, Option } from 'commander'
import { errorColors } from './colors.js'
import { UsageError } from './failure.js'
import { collectPair, parsePort } from './parse.js'

/** Options `start` and `broker` have in common. */
export interface BrokerFlags {
  data: string
  host: string
  brokerPort: number
  advertise?: string
  flush: 'async' | 'sync'
  config?: string
  option: Record<string, string>
}

export function addBrokerFlags(command: Command, host: string): Command {
  return command
    .option('-d, --data <directory>', 'where messages are kept', './data')
    .option('--host <address>', 'address to listen on; 0.0.0.0 lets other machines in', host)
    .option('--broker-port <port>', 'port of the broker; 0 takes a free one', parsePort, 10_911)
    .option(
      '--advertise <host[:port]>',
      'address clients are told to use, when it is not the one listened on',
    )
    .addOption(
      new Option('--flush <mode>', 'async: acknowledged in the page cache; sync: acknowledged on disk')
        .choices(['async', 'sync'])
        .default('async'),
    )
    .option(
      '-c, --config <file>',
      "a broker.conf with Apache RocketMQ's property names; flags given here win",
    )
    .option(
      '-o, --option <name=value>',
      'an option as broker.conf has it; repeatable; wins over changes made while it ran',
      collectPair,
      {},
    )
}

/** The broker's options: what the file says, then every flag that was typed, then defaults for what neither says. */
export async function brokerOptionsFrom(flags: BrokerFlags, command: Command): Promise<BrokerOptions> {
  const defaults = optionsOf(flags)
  const typed = typedOptionsOf(defaults, command)
  const file = flags.config === undefined ? {} : await readConfig(flags.config)
  const firm = readOptions(flags.option)
  return { ...defaults, ...file, ...firm, ...typed, firmOptions: Object.keys({ ...firm, ...typed }) }
}

/** Those given one by one are read as a file of them, but one that has no effect is a mistake here. */
function readOptions(options: Readonly<Record<string, string>>): Partial<BrokerOptions> {
  const text = Object.entries(options).map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
  const { options: read, warnings } = readBrokerConf(text.join(''), '--option')
  if (warnings.length > 0) throw new UsageError(`--option: ${warnings.join('; ')}`)
  return read
}

function optionsOf(flags: BrokerFlags) {
  return {
    storePathRootDir: flags.data,
    bindAddress: flags.host,
    listenPort: flags.brokerPort,
    flushDiskType: flags.flush === 'sync' ? ('SYNC_FLUSH' as const) : ('ASYNC_FLUSH' as const),
    ...(flags.advertise === undefined ? {} : { advertise: flags.advertise }),
  }
}

const FLAG_OF_OPTION = {
  storePathRootDir: 'data',
  bindAddress: 'host',
  listenPort: 'brokerPort',
  flushDiskType: 'flush',
  advertise: 'advertise',
} as const

function typedOptionsOf(options: ReturnType<typeof optionsOf>, command: Command) {
  const typed = Object.entries(options).filter(
    ([option]) =>
      command.getOptionValueSource(FLAG_OF_OPTION[option as keyof typeof FLAG_OF_OPTION]) === 'cli',
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
