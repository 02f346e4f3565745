import { clusterDown } from './cluster-down.js'
import { couponDatabaseDown } from './coupon-database-down.js'
import { duplicates } from './duplicates.js'
import { logisticsDown } from './logistics-down.js'
import { orderServiceDies } from './order-service-dies.js'
import { unpaidOrders } from './unpaid-orders.js'
import type { Wound } from './wound.js'

/** Every wound by its name. */
export const wounds: ReadonlyMap<string, Wound> = new Map(
  [couponDatabaseDown, logisticsDown, duplicates, orderServiceDies, clusterDown, unpaidOrders].map(
    (wound) => [wound.name, wound],
  ),
)
