import { KVTable } from '@rocketeer/protocol/bodies'
import {
  deleteKvConfig,
  getKvConfig,
  getKvlistByNamespace,
  getNamesrvConfig,
  putKvConfig,
  updateNamesrvConfig,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import { refusals } from '../errors.js'
import type { KvConfig } from '../kv-config.js'
import type { LiveConfig } from '../live-config.js'

interface Needs {
  kvConfig: KvConfig
  live: LiveConfig
}

/**
 * Access to the key-value table, where admin tools keep order configurations, and to the nameserver's own configuration.
 * Apache: DefaultRequestProcessor.
 */
export function configRoutes({ kvConfig, live }: Needs): Route[] {
  return [
    route(putKvConfig, async ({ fields: { namespace, key, value } }) => {
      await kvConfig.put(namespace, key, value)
      return {}
    }),

    route(getKvConfig, ({ fields: { namespace, key } }) => {
      const value = kvConfig.get(namespace, key)
      if (value === undefined) throw refusals.KEY_NOT_FOUND({ namespace, key })
      return { fields: { value } }
    }),

    route(deleteKvConfig, async ({ fields: { namespace, key } }) => {
      await kvConfig.delete(namespace, key)
      return {}
    }),

    route(getKvlistByNamespace, ({ fields: { namespace } }) => {
      const table = kvConfig.namespace(namespace)
      if (!table) throw refusals.KEY_NOT_FOUND({ namespace, key: undefined })
      return { body: KVTable.encode({ table: new Map(table) }) }
    }),

    route(getNamesrvConfig, () => ({ body: Buffer.from(live.toProperties()) })),

    route(updateNamesrvConfig, ({ body }) => {
      live.update(body.toString('utf8'))
      return {}
    }),
  ]
}
