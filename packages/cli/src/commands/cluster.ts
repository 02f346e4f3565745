import type { BrokerAddress, BrokerFigures, Client } from '@rocketeer/client'
import { messageOf } from '@rocketeer/foundation'
import type { Command } from 'commander'
import { warnOfMissed, warnOfMissing } from '../failure.js'
import { printJson, printLine, printTable } from '../output.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { registeredBrokers } from './cluster-brokers.js'
import { addPending } from './cluster-pending.js'
import { addSet } from './cluster-set.js'

export function addCluster(program: Command): void {
  const cluster = program
    .command('cluster')
    .description('look at, configure and maintain the brokers of a cluster')
    .addHelpText('after', '\nExamples:\n  rocketeer cluster show\n  rocketeer cluster drain broker-b')
  addShow(cluster)
  addStatus(cluster)
  addConfig(cluster)
  addSet(cluster)
  addDiff(cluster)
  addPending(cluster)
  addDrain(cluster)
  addUndrain(cluster)
}

function addShow(cluster: Command): void {
  addClusterFlags(
    cluster.command('show').alias('list').description('all brokers: address, version, traffic, disk'),
  )
    .addHelpText('after', '\nExample:\n  rocketeer cluster show')
    .action((flags: ClusterFlags) =>
      withClient(flags, async (client) => {
        const brokers = await registeredBrokers(client, flags)
        const facts = await Promise.all(brokers.map((broker) => factsOf(client, broker)))
        for (const { brokerName, problem } of facts) {
          if (problem !== undefined) warnOfMissing(brokerName, problem)
        }
        if (flags.json) {
          printJson(facts)
          return
        }
        const rows = facts.map((broker) => [
          broker.cluster,
          broker.brokerName,
          broker.brokerId,
          broker.address,
          broker.version,
          broker.inPerSecond,
          broker.outPerSecond,
          broker.diskUsedPercent === undefined ? undefined : `${broker.diskUsedPercent}%`,
        ])
        printTable(['cluster', 'broker', 'id', 'address', 'version', 'in/s', 'out/s', 'disk'], rows, '')
      }),
    )
}

interface BrokerFacts extends BrokerAddress, Partial<BrokerFigures> {
  /** Why the figures are missing. */
  problem?: string
}

/** A nameserver lists a dead broker for a while: it keeps its row, with the problem. Slaves are listed without figures. */
async function factsOf(client: Client, broker: BrokerAddress): Promise<BrokerFacts> {
  if (broker.brokerId !== 0) return broker
  try {
    return { ...broker, ...(await client.admin().brokers.figures(broker.brokerName)) }
  } catch (error) {
    return { ...broker, problem: messageOf(error) }
  }
}

function addStatus(cluster: Command): void {
  addClusterFlags(cluster.command('status').description("all figures of a broker, under Apache's names"))
    .argument('<broker>', 'broker name')
    .addHelpText('after', '\nExample:\n  rocketeer cluster status broker-a | grep timer')
    .action((brokerName: string, flags: ClusterFlags) =>
      withClient(flags, async (client) => {
        const status = await client.admin().brokers.status(brokerName)
        if (flags.json) printJson(status)
        else for (const key of Object.keys(status).sort()) printLine(`${key}=${status[key]}`)
      }),
    )
}

function addConfig(cluster: Command): void {
  addClusterFlags(cluster.command('config').description("a broker's configuration, under Apache's names"))
    .argument('<broker>', 'broker name')
    .addHelpText('after', '\nExample:\n  rocketeer cluster config broker-a')
    .action((brokerName: string, flags: ClusterFlags) =>
      withClient(flags, async (client) => {
        const config = await client.admin().brokers.config(brokerName)
        if (flags.json) printJson(config)
        else printConfig(config)
      }),
    )
}

/** Prints a properties file, headed by a comment that names the options changed while the broker runs. */
function printConfig({ updatedOptions, ...config }: Record<string, string>): void {
  if (updatedOptions) {
    printLine(`# changed while running, kept in ${config.brokerConfigPath}:`)
    printLine(`# ${updatedOptions.replaceAll(';', ' ')}`)
  }
  for (const key of Object.keys(config).sort()) printLine(`${key}=${config[key]}`)
}

function addDiff(cluster: Command): void {
  addClusterFlags(
    cluster.command('diff').description('differences between the configurations of two brokers'),
  )
    .argument('<broker>', 'broker name')
    .argument('<other>', 'broker name')
    .addHelpText('after', '\nExample:\n  rocketeer cluster diff broker-a broker-b')
    .action((broker: string, other: string, flags: ClusterFlags) =>
      withClient(flags, async (client) => {
        const different = await client.admin().brokers.diff(broker, other)
        if (flags.json) {
          printJson(different.map(({ name, left, right }) => ({ key: name, [broker]: left, [other]: right })))
          return
        }
        const rows = different.map(({ name, left, right }) => [name, left, right])
        printTable(['setting', broker, other], rows, 'They are configured alike.')
      }),
    )
}

function addDrain(cluster: Command): void {
  addClusterFlags(
    cluster.command('drain').description('before maintenance: clients stop sending to the broker'),
  )
    .argument('<broker>', 'broker name')
    .addHelpText(
      'after',
      `
Consumers go on until everything is read. Clients that already have a route follow within 30 s. Draining ends with
undrain, or when the broker restarts.

Example:
  rocketeer cluster drain broker-b`,
    )
    .action((brokerName: string, flags: ClusterFlags) =>
      withClient(flags, async (client) => {
        const change = await client.admin().brokers.drain(brokerName)
        if (flags.json) printJson(change)
        else printLine(`${brokerName} gets no more messages in its ${change.topics} topics; reading goes on`)
        warnOfMissed(change.missed)
      }),
    )
}

function addUndrain(cluster: Command): void {
  addClusterFlags(
    cluster.command('undrain').description('let clients send to a broker again, after maintenance'),
  )
    .argument('<broker>', 'broker name')
    .addHelpText('after', '\nExample:\n  rocketeer cluster undrain broker-b')
    .action((brokerName: string, flags: ClusterFlags) =>
      withClient(flags, async (client) => {
        const change = await client.admin().brokers.undrain(brokerName)
        if (flags.json) printJson(change)
        else printLine(`${brokerName} gets messages again in its ${change.topics} topics`)
        warnOfMissed(change.missed)
      }),
    )
}
