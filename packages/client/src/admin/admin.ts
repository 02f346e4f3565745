import { BrokersAdmin } from './brokers.js'
import type { AdminNeeds } from './cluster.js'
import { DeadLettersAdmin } from './dead-letters.js'
import { GroupsAdmin } from './groups.js'
import { MessagesAdmin } from './messages.js'
import { OffsetsAdmin } from './offsets.js'
import { OrderQueuesAdmin } from './order-queues.js'
import { TopicsAdmin } from './topics.js'

/**
 * Operations on a cluster for operators and tools; `client.admin()` makes one. Every call can reject with the errors of
 * requests to brokers (`BROKER_UNKNOWN`, `NO_BROKER`, `BROKER_UNREACHABLE`, `BROKER_BUSY`, `BROKER_REFUSED`) and nameservers
 * (`NAMESERVERS_UNREACHABLE`, `NAMESERVER_REFUSED`), and with `NO_ROUTE` for a topic that does not exist.
 */
export class Admin {
  readonly brokers: BrokersAdmin
  readonly topics: TopicsAdmin
  readonly orderQueues: OrderQueuesAdmin
  readonly groups: GroupsAdmin
  readonly deadLetters: DeadLettersAdmin
  readonly offsets: OffsetsAdmin
  readonly messages: MessagesAdmin

  /** @internal */
  constructor(needs: AdminNeeds) {
    this.brokers = new BrokersAdmin(needs)
    this.orderQueues = new OrderQueuesAdmin(needs)
    this.topics = new TopicsAdmin(needs, this.orderQueues)
    this.groups = new GroupsAdmin(needs)
    this.deadLetters = new DeadLettersAdmin(needs)
    this.offsets = new OffsetsAdmin(needs, this.groups)
    this.messages = new MessagesAdmin(needs, this)
  }
}
