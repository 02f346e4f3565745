import { backlog } from './backlog.js'
import { binlogOrder } from './binlog-order.js'
import { clusterDown } from './cluster-down.js'
import { couponDatabaseDown } from './coupon-database-down.js'
import { duplicates } from './duplicates.js'
import { everything } from './everything.js'
import { logisticsDown } from './logistics-down.js'
import { migration } from './migration.js'
import { orderServiceDies } from './order-service-dies.js'
import { unpaidOrders } from './unpaid-orders.js'
import type { Wound } from './wound.js'

const NINE = [
  couponDatabaseDown,
  logisticsDown,
  duplicates,
  orderServiceDies,
  clusterDown,
  unpaidOrders,
  binlogOrder,
  backlog,
  migration,
]

/** Every wound by its name. */
export const wounds: ReadonlyMap<string, Wound> = new Map(
  [...NINE, everything(NINE)].map((wound) => [wound.name, wound]),
)
