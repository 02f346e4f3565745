import type { Client } from '@rocketeer/client'
import type { Command } from 'commander'
import { withSuggestion } from './suggestion.js'

/** Flags of every command that talks to a cluster. */
export interface ClusterFlags {
  nameservers: string
  json?: boolean
}

const NAMESERVERS_DEFAULT = '127.0.0.1:9876'

export function addClusterFlags(command: Command): Command {
  const preset = process.env.NAMESRV_ADDR || NAMESERVERS_DEFAULT
  return command
    .option(
      '-n, --nameservers <list>',
      'nameservers, host:port;host:port (environment: NAMESRV_ADDR)',
      preset,
    )
    .option('--json', 'print JSON')
}

/** Runs `work` with a client, which is closed however `work` ends. */
export async function withClient(
  flags: ClusterFlags,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const { connect } = await import('@rocketeer/client')
  await using client = await connect({ nameservers: flags.nameservers })
  try {
    await work(client)
  } catch (error) {
    throw await withSuggestion(client, error)
  }
}

/** A signal that Ctrl-C or SIGTERM aborts, for commands that run until they are stopped. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  const abort = () => stop.abort()
  process.once('SIGINT', abort)
  process.once('SIGTERM', abort)
  return stop.signal
}
