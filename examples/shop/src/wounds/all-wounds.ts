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

/** Those that a street can have one after the other. The others need a street that is built for them. */
const REPEATABLE = [couponDatabaseDown, logisticsDown, duplicates, orderServiceDies, clusterDown]

/** Every wound by its name. */
export const wounds: ReadonlyMap<string, Wound> = new Map(
  [...REPEATABLE, unpaidOrders, binlogOrder, backlog, migration, everything(REPEATABLE)].map((wound) => [
    wound.name,
    wound,
  ]),
)
