import { getNamesrvConfig, updateNamesrvConfig } from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { LiveConfig } from '../live-config.js'

/** The nameserver's own configuration as a properties text. Apache: DefaultRequestProcessor.getConfig, updateConfig. */
export function namesrvConfigRoutes(config: LiveConfig): Route[] {
  return [
    route(getNamesrvConfig, () => ({ body: Buffer.from(config.toProperties()) })),

    route(updateNamesrvConfig, ({ body }) => {
      config.update(body.toString('utf8'))
      return {}
    }),
  ]
}
