import { type Clock, elapsedTimeOf, type Logger, type Resources } from '@rocketeer/foundation'
import type { LiveConfig } from '../options/live-config.js'
import { ConsumerRegistry } from './consumer-registry.js'
import { ProducerRegistry } from './producer-registry.js'
import { QueueLocks } from './queue-locks.js'

export interface ClientsNeeds {
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
}

/** The clients that are connected, and the queues they have locked. */
export interface Clients {
  readonly consumers: ConsumerRegistry
  readonly producers: ProducerRegistry
  readonly locks: QueueLocks
}

export function openClients(needs: ClientsNeeds, resources: Resources): Clients {
  const consumers = resources.use(new ConsumerRegistry(needs))
  return {
    consumers,
    producers: resources.use(new ProducerRegistry(needs)),
    locks: resources.use(new QueueLocks({ clock: elapsedTimeOf(needs.clock), consumers })),
  }
}
