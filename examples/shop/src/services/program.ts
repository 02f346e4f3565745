/** A service as a process of its own: `program.js <config as JSON>`. It ends at SIGTERM, and tells the story over IPC. */
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@rocketeer/client'
import { messageOf, Resources } from '@rocketeer/foundation'
import { openDatabase } from '../databases/database.js'
import { openAnalytics } from './analytics-service.js'
import { openChangeRelay } from './change-relay-service.js'
import { openEffectService } from './effect-service.js'
import type { ShopEvent } from './events.js'
import { openLogisticsPartner } from './logistics-partner.js'
import { openOrderService } from './order-service.js'
import type { Move, MoveCommand, Service, ServiceConfig, ServiceNeeds } from './service.js'
import { withSuddenDeath } from './sudden-death.js'
import { openWarehouseService } from './warehouse-service.js'

const services: Readonly<Record<string, (needs: ServiceNeeds) => Promise<Service>>> = {
  order: openOrderService,
  coupon: (needs) => openEffectService(needs, 'coupon'),
  'red-packet': (needs) => openEffectService(needs, 'red packet'),
  points: (needs) => openEffectService(needs, 'points'),
  warehouse: openWarehouseService,
  logistics: openLogisticsPartner,
  'change-relay': openChangeRelay,
  'analytics-1': openAnalytics,
  'analytics-2': openAnalytics,
}

const CONNECT_WAIT_MS = 60_000
const REQUEST_TIMEOUT_MS = 10_000
const MOVE_AGAIN_AFTER_MS = 500

const config = JSON.parse(process.argv[2]!) as ServiceConfig
// Whoever is not there any more is told nothing.
const tell = (event: ShopEvent) => void process.send?.(event, () => {})
const resources = new Resources()
process.once('SIGTERM', () => void resources.close().finally(() => process.exit(0)))
// Whoever started the street is gone.
process.once('disconnect', () => process.exit(1))

const database = resources.use(withSuddenDeath(await openDatabase(config.database), config.death))
const client = resources.use(
  await connect({
    nameservers: config.nameservers,
    waitMs: CONNECT_WAIT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  }),
)
const newClient =
  config.move &&
  resources.use(await connect({ nameservers: config.move.nameservers, waitMs: CONNECT_WAIT_MS }))
for (const each of [client, newClient])
  each?.on('problem', (error) => tell({ kind: 'problem', text: messageOf(error) }))
const service = resources.use(await services[config.service]!({ config, client, newClient, database, tell }))
process.on('message', ({ kind, step }: MoveCommand) => {
  if (kind !== 'move') return
  void move(step)
})

async function move(step: Move): Promise<void> {
  try {
    await service.move?.(step)
    tell({ kind: 'moved' })
  } catch (error) {
    // A broker that is slow just now: each step may be taken again.
    tell({ kind: 'problem', text: messageOf(error) })
    await sleep(MOVE_AGAIN_AFTER_MS)
    await move(step)
  }
}
tell({ kind: 'ready' })
