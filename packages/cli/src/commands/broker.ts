import { resolve } from 'node:path'
import type { Command } from 'commander'
import { addBrokerFlags, type BrokerFlags, brokerOptionsFrom } from '../broker-options.js'
import { startWithFlags } from '../flag-names.js'
import { type LogOptions, logJsonOption, logLevelOption } from '../logging.js'
import { warnOfOpenHost } from '../open-host.js'
import { printLine } from '../output.js'
import { runUntilStopped } from '../run-until-stopped.js'
import { bold, cyan, styled, yellow } from '../styled.js'

interface BrokerCommandFlags extends BrokerFlags, LogOptions {
  nameservers?: string
  name?: string
  cluster?: string
}

export function addBroker(program: Command): void {
  const command = program
    .command('broker')
    .description('run a broker alone and register it with nameservers')
    .option('-n, --nameservers <list>', 'nameservers to register with, host:port;host:port')
    .option('--name <name>', 'name of the broker, unique in its cluster')
    .option('--cluster <name>', 'name of the cluster')
  addBrokerFlags(command, { host: '0.0.0.0', port: '--port' })
    .addOption(logLevelOption())
    .addOption(logJsonOption())
    .addHelpText(
      'after',
      `
Examples:
  rocketeer broker -n 127.0.0.1:9876 --name broker-a
  rocketeer broker -c conf/broker.conf                      a file of an Apache broker works as it is
  rocketeer broker -n 'ns1:9876;ns2:9876' --advertise 10.0.0.5 --flush-mode sync`,
    )
    .action(broker)
}

async function broker(flags: BrokerCommandFlags, command: Command): Promise<void> {
  const { Broker } = await import('@rocketeer/broker')
  const options = await brokerOptionsFrom(flags, command)
  const { createLogger } = await import('../logger.js')
  const logger = createLogger(flags)
  const server = await startWithFlags(() =>
    Broker.start({
      ...options,
      ...(flags.nameservers === undefined ? {} : { nameservers: flags.nameservers }),
      ...(flags.name === undefined ? {} : { brokerName: flags.name }),
      ...(flags.cluster === undefined ? {} : { clusterName: flags.cluster }),
      logger,
    }),
  )
  // Before anything is printed: whoever reads that it runs may stop it at once.
  const stopped = runUntilStopped(server)
  const { brokerName, clusterName, nameservers, directory, host } = server.config
  printLine(styled`${bold(brokerName)} of ${clusterName} answers at ${cyan(server.address)}`)
  printLine(`  directory    ${resolve(directory)}`)
  printLine(
    styled`  nameservers  ${nameservers.join(', ') || yellow('none: clients cannot find it (--nameservers)')}`,
  )
  warnOfOpenHost(logger, host, [server.port])
  await stopped
}
