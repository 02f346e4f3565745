import { join } from 'node:path'
import type { Command } from 'commander'
import { startWithFlags } from '../flag-names.js'
import { type LogOptions, logJsonOption, logLevelOption } from '../logging.js'
import { warnOfOpenHost } from '../open-host.js'
import { printLine } from '../output.js'
import { parsePort } from '../parse.js'
import { runUntilStopped } from '../run-until-stopped.js'
import { cyan, styled } from '../styled.js'

interface NameserverFlags extends LogOptions {
  host: string
  port: number
  orderTopics?: boolean
  directory?: string
}

export function addNameserver(program: Command): void {
  program
    .command('nameserver')
    .description('run a nameserver alone')
    .option('--host <address>', 'address to listen on', '0.0.0.0')
    .option('-p, --port <port>', 'port; 0 takes a free one', parsePort, 9876)
    .option('--order-topics', 'tell clients the fixed queues of order topics')
    .option(
      '-d, --directory <path>',
      'where to store the queues of order topics; without it they are lost at a stop',
    )
    .addOption(logLevelOption())
    .addOption(logJsonOption())
    .addHelpText(
      'after',
      `
Examples:
  rocketeer nameserver
  rocketeer nameserver --port 9877 --log-level info`,
    )
    .action(nameserver)
}

async function nameserver(flags: NameserverFlags): Promise<void> {
  const { Nameserver } = await import('@rocketeer/nameserver')
  const { host, port, directory, orderTopics = false } = flags
  const kvConfigPath = directory === undefined ? undefined : join(directory, 'namesrv', 'kvConfig.json')
  const { createLogger } = await import('../logger.js')
  const logger = createLogger(flags)
  const options = { host, port, orderTopics, kvConfigPath, logger }
  const server = await startWithFlags(() => Nameserver.start(options))
  // Before anything is printed: whoever reads that it runs may stop it at once.
  const stopped = runUntilStopped(server)
  printLine(styled`nameserver listens on ${cyan(`${host}:${server.port}`)}; brokers register with`)
  printLine(`  rocketeer broker --nameservers <this machine's address>:${server.port}`)
  warnOfOpenHost(logger, host, [server.port])
  await stopped
}
