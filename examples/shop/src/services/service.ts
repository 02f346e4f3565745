import type { Client, Message } from '@rocketeer/client'
import type { ServiceDatabase } from '../databases/database.js'
import type { Effect, ShopEvent } from './events.js'
import type { Death } from './sudden-death.js'

/** The remedies that a run can go without, to show the damage. */
export const REMEDIES = [
  'idempotency',
  'dead-letter-worker',
  'transactions',
  'journal',
  'breaker',
  'delayed-check',
  'order',
  'spread',
  'double-read',
] as const
export type Remedy = (typeof REMEDIES)[number]

/** What a service is told when it starts. */
export interface ServiceConfig {
  readonly service: string
  readonly nameservers: string
  /** `sqlite:<path>`, `mysql://…/schema` or `postgresql://…/database`. */
  readonly database: string
  /** The Redis that has its inbox; its own database without. */
  readonly inbox?: string | undefined
  /** A folder of its own for whatever else it keeps. */
  readonly directory: string
  /** Ports of the HTTP services by name. */
  readonly ports: Readonly<Record<string, number>>
  /** The remedy this run goes without. */
  readonly without?: Remedy | undefined
  /** How the order service tells of payments. */
  readonly announce: 'transactions' | 'journal' | 'outbox'
  readonly retriesMax: number
  /** After how many milliseconds an order that is not paid is closed; never without. */
  readonly closeAfterMs?: number | undefined
  /** Has the order service deliver paid orders, so that their rows change more often. */
  readonly hasCopy?: boolean | undefined
  /** How long the points service takes for each order, one after the other in each queue. */
  readonly pointsTakeMs?: number | undefined
  /** What a change of the analytics copy takes besides its statements, so that there is always something that waits. */
  readonly copyTakesMs?: number | undefined
  /** Consumed instead of the topic of paid orders. */
  readonly topic?: string | undefined
  /** When the process is to die. */
  readonly death?: Death | undefined
  /** Set while the service moves to another cluster. */
  readonly move?: Move | undefined
}

/** How far a service is on its way to another cluster, whose nameservers these are. */
export interface Move {
  readonly nameservers: string
  /** Which of both clusters is in charge of what the order service writes. */
  readonly writes: 'from' | 'to'
  /** Of which cluster the other services handle messages for real. */
  readonly reads: 'from' | 'both' | 'to'
}

/** What the story sends to a service that is to take the next step. */
export interface MoveCommand {
  readonly kind: 'move'
  readonly step: Move
}

/** What a service works with. */
export interface ServiceNeeds {
  readonly config: ServiceConfig
  readonly client: Client
  /** Of the cluster it moves to. */
  readonly newClient: Client | undefined
  readonly database: ServiceDatabase
  /** Tells the story. */
  readonly tell: (event: ShopEvent) => void
}

/** A running service. */
export interface Service {
  /** Takes the next step on its way to another cluster. */
  move?(step: Move): Promise<void>
  close(): Promise<void>
}

/**
 * The name of a topic or group in this play. On a cluster that others use too, `SHOP_PLAY` sets the names of a play apart;
 * the processes of the street inherit it.
 */
export function nameInPlay(name: string): string {
  return `${name}${process.env.SHOP_PLAY ?? ''}`
}

/** The name of a topic of the shop, which the street creates. Asked for when a play has begun, not before. */
export function topicOf(content: 'order-paid' | 'order-unpaid' | 'order-changes'): string {
  return nameInPlay(content)
}

/** The body of an `order-paid` message. */
export interface OrderPaid {
  readonly orderId: string
  readonly customer: string
  readonly amountCents: number
}

export function orderIn(message: Message): OrderPaid {
  return message.json() as OrderPaid
}

/** The consumer group of the service that gives an effect. */
export function groupOf(effect: Effect): string {
  return nameInPlay(`${effect.replaceAll(' ', '-')}-service`)
}
