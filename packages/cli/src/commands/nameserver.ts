import { join } from 'node:path'
import type { Command } from 'commander'
import { pc } from '../colors.js'
import { startWithFlags } from '../flag-names.js'
import { createLogger, type LogOptions, logJsonOption, logLevelOption } from '../logging.js'
import { printLine } from '../output.js'
import { parsePort } from '../parse.js'
import { runUntilStopped } from '../run-until-stopped.js'

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
  const options = { host, port, orderTopics, kvConfigPath, logger: createLogger(flags) }
  const server = await startWithFlags(() => Nameserver.start(options))
  printLine(`nameserver listens on ${pc.cyan(`${host}:${server.port}`)}; brokers register with`)
  printLine(`  rocketeer broker --nameservers <this machine's address>:${server.port}`)
  await runUntilStopped(server)
}
