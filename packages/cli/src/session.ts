import type { Client } from '@rocketeer/client'
import type { Command } from 'commander'
import { Interrupted } from './failure.js'
import { startWithFlags } from './flag-names.js'
import { readerGone } from './output.js'
import { withSuggestion } from './suggestion.js'

/** Flags of every command that talks to a cluster. */
export interface ClusterFlags {
  nameservers: string
  json?: boolean
}

/** Where a cluster is looked for unless `--nameservers` says. */
export const nameserversDefault = () => process.env.NAMESRV_ADDR || '127.0.0.1:9876'

export function addClusterFlags(command: Command): Command {
  return command
    .option(
      '-n, --nameservers <list>',
      'nameservers, host:port;host:port (environment: NAMESRV_ADDR)',
      nameserversDefault(),
    )
    .option('--json', 'print JSON')
}

/** Runs `work` with a client, which is closed however `work` ends. */
export async function withClient(
  flags: ClusterFlags,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const { connect } = await import('@rocketeer/client')
  await using client = await startWithFlags(() => connect({ nameservers: flags.nameservers }))
  try {
    await work(client)
  } catch (error) {
    throw await withSuggestion(client, error)
  }
}

/** For commands that run until they are stopped: by Ctrl-C, by SIGTERM, or because nobody reads their output any more. */
export class Stop {
  readonly #stopped = new AbortController()
  readonly signal: AbortSignal = AbortSignal.any([this.#stopped.signal, readerGone])
  #by: NodeJS.Signals | undefined

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        this.#by = signal
        this.#stopped.abort()
      })
    }
  }

  /** Throws `Interrupted` when a signal came: for a command that was to do something and did not get to its end. */
  throwIfInterrupted(): void {
    if (this.#by !== undefined) throw new Interrupted(this.#by)
  }
}
