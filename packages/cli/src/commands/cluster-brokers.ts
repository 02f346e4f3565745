import type { BrokerAddress, Client } from '@rocketeer/client'
import { CommandFailed } from '../failure.js'
import type { ClusterFlags } from '../session.js'

/** The brokers that are registered. Throws `CommandFailed` without any: nothing else is to be seen then. */
export async function registeredBrokers(client: Client, flags: ClusterFlags): Promise<BrokerAddress[]> {
  const brokers = await client.admin().brokers.list()
  if (brokers.length > 0) return brokers
  throw new CommandFailed(
    `no broker is registered with ${flags.nameservers}. Is one running? "rocketeer broker -n '${flags.nameservers}'" ` +
      'starts one.',
  )
}
