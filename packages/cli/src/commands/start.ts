import { resolve } from 'node:path'
import type { Server } from '@rocketeer/server'
import type { Command } from 'commander'
import { addBrokerFlags, type BrokerFlags, brokerOptionsFrom } from '../broker-options.js'
import { startWithFlags } from '../flag-names.js'
import { type LogOptions, logJsonOption, logLevelOption } from '../logging.js'
import { warnOfOpenHost } from '../open-host.js'
import { printLine } from '../output.js'
import { parsePort } from '../parse.js'
import { runUntilStopped } from '../run-until-stopped.js'
import { bold, cyan, dim, styled } from '../styled.js'
import { CLI_VERSION } from '../version.js'

interface StartFlags extends BrokerFlags, LogOptions {
  nameserverPort: number
}

export function addStart(program: Command): void {
  const command = program
    .command('start')
    .description('run a nameserver and a broker in one process')
    .option('--nameserver-port <port>', 'port of the nameserver; 0 takes a free one', parsePort, 9876)
  addBrokerFlags(command, { host: '127.0.0.1', port: '--broker-port' })
    .addOption(logLevelOption())
    .addOption(logJsonOption())
    .addHelpText(
      'after',
      `
Examples:
  rocketeer start
  rocketeer start -d /var/lib/rocketeer --host 0.0.0.0 --advertise mq.example.com --flush-mode sync
  rocketeer start --nameserver-port 0 --broker-port 0       on free ports`,
    )
    .action(start)
}

async function start(flags: StartFlags, command: Command): Promise<void> {
  const { startServer } = await import('@rocketeer/server')
  const { port: brokerPort, nameservers: _, ...options } = await brokerOptionsFrom(flags, command)
  const { createLogger } = await import('../logger.js')
  const logger = createLogger(flags)
  const server = await startWithFlags(() =>
    startServer({
      ...options,
      nameserverPort: flags.nameserverPort,
      brokerPort,
      logger,
    }),
  )
  // Before anything is printed: whoever reads that it runs may stop it at once.
  const stopped = runUntilStopped(server)
  welcome(server, flags)
  const nameserverPort = Number(server.nameservers[0]?.split(':').at(-1))
  warnOfOpenHost(logger, server.broker.config.host, [nameserverPort, server.broker.port])
  await stopped
}

/** Since the start of the process, without what `npm start` took to install and build (scripts/start.mjs). */
function startupMs(): number {
  const prepared = performance.getEntriesByName('prepared')[0]?.startTime ?? 0
  return Math.round(performance.now() - prepared)
}

function welcome(server: Server, flags: StartFlags): void {
  const { config } = server.broker
  const nameserver = server.nameservers[0] ?? ''
  const nameserverFlag = nameserver === '127.0.0.1:9876' ? '' : ` -n ${nameserver}`
  printLine(styled`${bold('Rocketeer')} ${CLI_VERSION} is up after ${startupMs()} ms`)
  printLine()
  printLine(styled`  nameserver  ${cyan(nameserver)}`)
  printLine(
    styled`  broker      ${cyan(server.broker.address)}  ${config.brokerName}, flushes ${config.flushMode}`,
  )
  printLine(styled`  directory   ${cyan(resolve(server.directory))}`)
  printLine()
  printLine('Try next, in another terminal:')
  printLine(`  npx rocketeer send hello "my first message"${nameserverFlag}`)
  printLine(`  npx rocketeer consume hello --group readers --from first${nameserverFlag}`)
  printLine(`  npx rocketeer topic list${nameserverFlag}`)
  printLine()
  printLine(
    dim(
      `Ctrl-C stops it.${flags.host === '127.0.0.1' ? ' Only this machine can reach it; --host 0.0.0.0 opens it to others.' : ''}`,
    ),
  )
}
